import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fr } from '@assay/field';
import { buildTrustTrees, type Issuer, type Role, type TrustTrees } from '@assay/statements';
import type { InForce } from './in-force.ts';
import { KycProverError } from './kyc-prover-error.ts';

interface IssuerJson {
  publicKey: [string, string];
  schemaId: string;
  role: Role;
  allowedMask: number;
  validFrom: number;
  validUntil: number;
}

/**
 * The lists that the authorities publish, as files: `issuers.json` (keys with what they may attest), `revocation.json`
 * and `screening.json` (decimal strings). They are public to the bank and believed only by their registered roots.
 */
export class PublishedSets {
  readonly #dir: string;
  #trees: TrustTrees | undefined;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** The trees with the roots in force; files are read again when the roots have moved on. @throws KycProverError `SETS_OUTDATED` */
  current(inForce: InForce): TrustTrees {
    if (this.#trees === undefined || !matches(this.#trees, inForce)) this.#trees = this.#read();
    if (!matches(this.#trees, inForce)) {
      throw new KycProverError('SETS_OUTDATED', 'the published sets do not have the roots in force: fetch newer ones');
    }
    return this.#trees;
  }

  #read(): TrustTrees {
    const list = <T>(name: string): T[] => JSON.parse(readFileSync(join(this.#dir, name), 'utf8')) as T[];
    return buildTrustTrees({
      issuers: list<IssuerJson>('issuers.json').map(readIssuer),
      revokedCredentials: list<string>('revocation.json').map(BigInt),
      screenedDocuments: list<string>('screening.json').map(BigInt),
    });
  }
}

function matches({ issuers, revocation, screening }: TrustTrees, inForce: InForce): boolean {
  return (
    issuers.root === inForce.issuerRoot &&
    revocation.root === inForce.revocationRoot &&
    screening.root === inForce.screeningRoot
  );
}

function readIssuer({ publicKey: [x, y], schemaId, allowedMask, ...rest }: IssuerJson): Issuer {
  return {
    ...rest,
    publicKey: { x: fr(BigInt(x)), y: fr(BigInt(y)) },
    schemaId: BigInt(schemaId),
    allowedMask: BigInt(allowedMask),
  };
}
