import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { B8, integerFromBytes, type Point, pointMultiply, reduceScalar, type Scalar } from '@assay/field';
import { formatTokenRecord, newToken } from '@assay/http';
import { loadOrCreateKey } from '@assay/outbox';
import type { Schema } from '@assay/schema';
import { generateSealingKey, parseSealingKey, publicSealingKey } from '@assay/seal';
import type { TrustTrees } from '@assay/statements';
import { BANK_PATTERN, type Signer, type Trust } from '@assay/verify';
import { ed25519 } from '@noble/curves/ed25519.js';
import { DeploymentError } from './error.ts';
import { instanceDocument, WITNESS_NAME } from './instance.ts';
import { IssuerTool } from './issuer-tool.ts';
import { type Layout, layoutOf } from './layout.ts';
import { publishSets } from './published-sets.ts';
import { fileSigner } from './signer.ts';
import { readTrustDocument, trustDocument } from './trust-file.ts';

/** What a deployment is made for. */
export interface DeploymentOptions {
  readonly bank: string;
  /** Schemas whose attributes the issuers attest. */
  readonly schemas: readonly Schema[];
  readonly revokedCredentials?: readonly bigint[];
  readonly screenedDocuments?: readonly bigint[];
  /** Statements about applicants that are proved at a time. Default: one a processor, at most 4. */
  readonly provingWorkers?: number;
  /** Folder of the console's built pages. Default: none are served. */
  readonly consoleDir?: string;
}

/** All that a bank, its regulator and the issuers hold. In the wild these are three parties on three machines. */
export interface Deployment {
  readonly bank: string;
  readonly layout: Layout;
  readonly trust: Trust;
  /** The bank's: signs envelopes. */
  readonly bankSigner: Signer;
  /** The bank's validator: signs the registrations of models. */
  readonly validator: Signer;
  readonly regulator: Signer;
  readonly issuersAuthority: Signer;
  /** What fairness tables are encrypted to, and the secret that opens them. */
  readonly tableKey: { readonly publicKey: Point; readonly secret: Scalar };
  /** Read-only token for the verifier's HTTP interface. */
  readonly examinerToken: string;
  readonly issuerTool: IssuerTool;
  /** Trees of the published sets. */
  readonly sets: TrustTrees;
}

/**
 * Makes a deployment in `dir`, or opens the one that is there: what exists is kept, so nothing is ever overwritten but the
 * published sets, the trust file and `instance.json`, which follow from the rest and from the options. Secrets are files of mode 0600
 * in folders of mode 0700.
 *
 * @throws DeploymentError `OPTIONS`; OutboxError `BAD_KEY`; KeysError where proving keys are not set up
 */
export async function createDeployment(dir: string, options: DeploymentOptions): Promise<Deployment> {
  const { bank, schemas, revokedCredentials = [], screenedDocuments = [] } = options;
  if (!BANK_PATTERN.test(bank)) throw new DeploymentError('OPTIONS', 'a bank is named by 1 to 40 of a-z, 0-9 and -');
  if (schemas.length === 0) throw new DeploymentError('OPTIONS', 'a deployment needs a schema');
  const layout = layoutOf(dir);
  for (const folder of [layout.dir, layout.bank.dir, layout.regulator.dir, layout.issuers.dir, layout.witness.dir])
    privateFolder(folder);
  for (const folder of Object.values(layout.state)) privateFolder(folder);

  await sealingKeyPair(layout.bank.kycSealingKey, layout.bank.kycSealingPublicKey);
  await sealingKeyPair(layout.bank.fairnessSealingKey, layout.bank.fairnessSealingPublicKey);
  const bankSigner = fileSigner(layout.bank.envelopeKey);
  const validator = fileSigner(layout.bank.validatorKey);
  const regulator = fileSigner(layout.regulator.authorityKey);
  const issuersAuthority = fileSigner(layout.issuers.authorityKey);
  const secret = reduceScalar(integerFromBytes(loadOrCreateKey(layout.regulator.tableKey)));
  const issuerTool = new IssuerTool(layout);
  const sets = publishSets(layout.sets, {
    issuers: schemas.flatMap((schema) => issuerTool.issuers(schema)),
    revokedCredentials,
    screenedDocuments,
  });
  const trustText = await trustDocument({
    bank,
    log: ed25519.getPublicKey(loadOrCreateKey(layout.regulator.logKey)),
    regulator: regulator.publicKey,
    issuersAuthority: issuersAuthority.publicKey,
    validator: validator.publicKey,
    witness: { name: WITNESS_NAME, publicKey: ed25519.getPublicKey(loadOrCreateKey(layout.witness.key)) },
  });
  const trust = readTrustDocument(trustText);
  writeFileSync(layout.trustFile, trustText);
  const { provingWorkers = Math.min(MOST_WORKERS, availableParallelism()), consoleDir } = options;
  const keys = { log: trust.log.verifierKey, witness: trust.witnesses[0]!.verifierKey };
  const instance = instanceDocument(layout, {
    bank,
    provingWorkers,
    keys,
    ...(consoleDir !== undefined && { consoleDir }),
  });
  writeFileSync(`${layout.dir}/instance.json`, `${JSON.stringify(instance, undefined, 2)}\n`, { mode: 0o600 });
  return {
    bank,
    layout,
    trust,
    bankSigner,
    validator,
    regulator,
    issuersAuthority,
    tableKey: { publicKey: pointMultiply(B8, secret), secret },
    examinerToken: loadOrCreateToken(layout.regulator),
    issuerTool,
    sets,
  };
}

const TOKEN_LIFE_MS = 90 * 86_400_000;
/** Proofs at a time, at most: with several under way one thread each is best, and beyond a few the other services need the processors. */
const MOST_WORKERS = 4;

/** The examiner's token, made once with its record in the file of tokens. */
function loadOrCreateToken({ tokens, examinerToken }: Layout['regulator']): string {
  if (existsSync(examinerToken)) return readFileSync(examinerToken, 'utf8').trim();
  const { token, record } = newToken('examiner', Date.now() + TOKEN_LIFE_MS);
  appendFileSync(tokens, formatTokenRecord(record), { mode: 0o600 });
  writeFileSync(examinerToken, `${token}\n`, { mode: 0o600, flag: 'wx' });
  return token;
}

function privateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
}

async function sealingKeyPair(path: string, publicPath: string): Promise<void> {
  const key = existsSync(path) ? await parseSealingKey(readFileSync(path)) : await generateSealingKey();
  if (!existsSync(path)) writeFileSync(path, JSON.stringify(key), { mode: 0o600, flag: 'wx' });
  writeFileSync(publicPath, `${JSON.stringify(publicSealingKey(key))}\n`);
}
