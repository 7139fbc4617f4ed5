import { type BusConfig, readBusConfig, readSecurityConfig, Section, type SecurityConfig } from '@assay/config';
import { BANK_PATTERN } from '@assay/verify';

/** How this service is set up: the JSON file that `ASSAY_CONFIG` names. Paths are absolute or relative to the working directory. */
export interface Config {
  /** Directory of the openings and the outbox. */
  readonly dir: string;
  /** Address to serve on, such as `127.0.0.1:0`. */
  readonly listen: string;
  readonly security: SecurityConfig;
  readonly bank: string;
  readonly bus: BusConfig;
  /** Address of the verifier. */
  readonly verifier: string;
  /** Directory of the published sets: `issuers.json`, `revocation.json`, `screening.json`. */
  readonly setsDir: string;
  /** X25519 key that jobs are sealed to, as a JWK. */
  readonly sealingKeyFile: string;
  /** The fairness prover's public key, as a JWK: the only recipient of sealed parameters and sums. */
  readonly fairnessKeyFile: string;
  /** Ed25519 seed that envelopes are signed with, 32 bytes. */
  readonly envelopeKeyFile: string;
  /** Folder of proving keys; the checkout's own by default. */
  readonly keysDir?: string;
  readonly proving: {
    /** Statements that are proved at a time. */
    readonly workers: number;
    /** Statements that may wait meanwhile. */
    readonly queueLimit: number;
    /**
     * Memory for proving keys and their tables, where the native engine proves: more makes proofs cheaper. As much again for each
     * family besides the additive one that models are of. Default 1,024.
     */
    readonly keyMemoryMiB: number;
  };
  /** Whether keys whose secrets are public may be used. Only a demo and tests set this. Default false. */
  readonly allowDevelopmentKeys: boolean;
  readonly otlpEndpoint?: string;
}

/** Reads the configuration. @throws ConfigError naming the member */
export function loadConfig(path: string | undefined): Config {
  const root = Section.load(path);
  const proving = root.section('proving');
  const config = {
    dir: root.text('dir'),
    listen: root.text('listen'),
    security: readSecurityConfig(root),
    bank: root.text('bank', BANK_PATTERN),
    bus: readBusConfig(root.section('bus')),
    verifier: root.text('verifier'),
    setsDir: root.text('setsDir'),
    sealingKeyFile: root.text('sealingKeyFile'),
    fairnessKeyFile: root.text('fairnessKeyFile'),
    envelopeKeyFile: root.text('envelopeKeyFile'),
    ...root.optionalText('keysDir'),
    proving: {
      workers: proving.count('workers', 1, 64),
      queueLimit: proving.count('queueLimit', 0, 10_000),
      keyMemoryMiB: proving.count('keyMemoryMiB', 0, 1_048_576, 1_024),
    },
    allowDevelopmentKeys: root.flag('allowDevelopmentKeys', false),
    ...root.optionalText('otlpEndpoint'),
  };
  proving.end();
  root.end();
  return config;
}
