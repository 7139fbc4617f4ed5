import { join, resolve } from 'node:path';

/** Where the files of a deployment are; absolute paths. Each party's folder holds its secrets, all readable by their owner alone. */
export interface Layout {
  readonly dir: string;
  readonly bank: {
    readonly dir: string;
    /** Ed25519 seed of the envelopes. */
    readonly envelopeKey: string;
    /** Ed25519 seed of the bank's validator, who registers models. */
    readonly validatorKey: string;
    /** X25519 keys as JWKs: what jobs, parameters and sums are sealed to. */
    readonly kycSealingKey: string;
    readonly kycSealingPublicKey: string;
    readonly fairnessSealingKey: string;
    readonly fairnessSealingPublicKey: string;
  };
  readonly regulator: {
    readonly dir: string;
    /** Ed25519 seed of the regulator's registrations. */
    readonly authorityKey: string;
    /** Baby Jubjub secret that fairness tables are encrypted to. */
    readonly tableKey: string;
    /** Ed25519 seed of the log's checkpoints. */
    readonly logKey: string;
    /** Hashes of the examiners' tokens. */
    readonly tokens: string;
    /** A token of an examiner, as they would keep it. */
    readonly examinerToken: string;
  };
  readonly issuers: {
    readonly dir: string;
    /** Ed25519 seed of the issuers' authority. */
    readonly authorityKey: string;
    /** Baby Jubjub secrets of the issuers. */
    readonly identityKey: string;
    readonly financialKey: string;
  };
  readonly witness: {
    readonly dir: string;
    /** Ed25519 seed of the log witness's cosignatures. */
    readonly key: string;
  };
  /** The published sets: `issuers.json`, `revocation.json`, `screening.json`. */
  readonly sets: string;
  /** What verifiers believe; outside the archive. */
  readonly trustFile: string;
  /** State of the services, by name. */
  readonly state: Readonly<Record<ServiceName, string>>;
  /** The archive, which the verifier writes. */
  readonly archive: string;
}

/** The services of a deployment, in the order of starting. */
export const SERVICE_NAMES = ['verifier', 'log-witness', 'kyc-prover', 'fairness-prover', 'gateway'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** The layout of the deployment in `dir`. */
export function layoutOf(dir: string): Layout {
  const at = (...parts: string[]): string => resolve(dir, ...parts);
  return {
    dir: at(),
    bank: {
      dir: at('bank'),
      envelopeKey: at('bank/envelope.key'),
      validatorKey: at('bank/validator.key'),
      kycSealingKey: at('bank/kyc-prover.jwk'),
      kycSealingPublicKey: at('bank/kyc-prover.public.jwk'),
      fairnessSealingKey: at('bank/fairness-prover.jwk'),
      fairnessSealingPublicKey: at('bank/fairness-prover.public.jwk'),
    },
    regulator: {
      dir: at('regulator'),
      authorityKey: at('regulator/authority.key'),
      tableKey: at('regulator/table.key'),
      logKey: at('regulator/log.key'),
      tokens: at('regulator/tokens'),
      examinerToken: at('regulator/examiner.token'),
    },
    issuers: {
      dir: at('issuers'),
      authorityKey: at('issuers/authority.key'),
      identityKey: at('issuers/identity.key'),
      financialKey: at('issuers/financial.key'),
    },
    witness: { dir: at('witness'), key: at('witness/witness.key') },
    sets: at('sets'),
    trustFile: at('trust.json'),
    state: Object.fromEntries(SERVICE_NAMES.map((name) => [name, at(name)])) as Record<ServiceName, string>,
    archive: join(at('verifier'), 'archive'),
  };
}
