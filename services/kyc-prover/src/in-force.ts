import type { verifier } from '@assay/contracts';
import { type CompiledPolicy, compilePolicy } from '@assay/policy';
import { type RpcClient, RpcError } from '@assay/rpc';
import { parseSchema, type Schema } from '@assay/schema';
import { compilePartitions, type Partitions } from '@assay/statements';
import { type RegistrationKind, Registrations } from '@assay/verify';
import { bytesToHex } from '@noble/hashes/utils.js';
import { KycProverError } from './kyc-prover-error.ts';

/** What an application in a scope is held to, as the registry has it. */
export interface InForce {
  readonly schema: Schema;
  readonly policy: CompiledPolicy;
  readonly partitions: Partitions;
  /** The registered model, if there is one. */
  readonly modelCommitment: bigint | undefined;
  readonly prohibitedMask: number;
  readonly issuerRoot: bigint;
  readonly revocationRoot: bigint;
  readonly screeningRoot: bigint;
}

/** Reads the registry, and compiles what it says once for each of its heads. */
export class RegistryReader {
  readonly #client: RpcClient<typeof verifier.RegistryServiceService>;
  readonly #compiled = new Map<string, { head: string; inForce: InForce }>();

  constructor(client: RpcClient<typeof verifier.RegistryServiceService>) {
    this.#client = client;
  }

  /**
   * What is in force in a scope, now or as the entry at a leaf index saw it; undefined when the scope is not registered.
   *
   * @throws RpcError when the verifier cannot be reached; KycProverError `REGISTRY` when documents are missing
   */
  async inForce(scope: string, atIndex?: bigint): Promise<InForce | undefined> {
    const response = await this.#get(scope, atIndex);
    if (response === undefined) return undefined;
    const head = bytesToHex(response.registryHead);
    // Two for each scope: what was in force before would push out what is, and be pushed out by it, time and again.
    const name = atIndex === undefined ? scope : `${scope} before`;
    const known = this.#compiled.get(name);
    if (known?.head === head) return known.inForce;
    const inForce = compile(Registrations.parse(response.registrations.map(({ envelope }) => envelope)));
    this.#compiled.set(name, { head, inForce });
    return inForce;
  }

  async #get(scope: string, atIndex: bigint | undefined): Promise<verifier.GetInForceResponse | undefined> {
    try {
      return await this.#client.call.getInForce(atIndex === undefined ? { scope } : { scope, atIndex });
    } catch (error) {
      if (error instanceof RpcError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  }
}

function compile(registrations: Registrations): InForce {
  const need = <K extends RegistrationKind>(kind: K): NonNullable<ReturnType<typeof registrations.find<K>>> => {
    const found = registrations.find(kind);
    if (found === undefined) throw new KycProverError('REGISTRY', `no ${kind} is in force`);
    return found;
  };
  const scope = need('scope');
  const schemas = registrations.all('schema').map(({ document }) => parseSchema(document));
  const schema = schemas.find(({ id }) => id === scope.schemaId);
  if (schema === undefined) throw new KycProverError('REGISTRY', "the scope's schema is not in force");
  return {
    schema,
    policy: compilePolicy(need('policy').document, schema),
    partitions: compilePartitions(need('partitions').document, schema),
    modelCommitment: registrations.find('model')?.modelCommitment,
    prohibitedMask: scope.prohibitedMask,
    issuerRoot: need('issuer-root').root,
    revocationRoot: need('revocation-root').root,
    screeningRoot: need('screening-root').root,
  };
}
