import { type BusConfig, readBusConfig, readSecurityConfig, Section, type SecurityConfig } from '@assay/config';
import { BANK_PATTERN } from '@assay/verify';

/** How this service is set up: the JSON file that `ASSAY_CONFIG` names. Paths are absolute or relative to the working directory. */
export interface Config {
  /** Directory of the operations and the outbox; made when it is absent. */
  readonly dir: string;
  /** Address to serve on, such as `127.0.0.1:0`. */
  readonly listen: string;
  readonly security: SecurityConfig;
  readonly bus: BusConfig;
  readonly bank: string;
  /** Address of the verifier. */
  readonly verifier: string;
  /** X25519 key that parameters and sums are sealed to, as a JWK. */
  readonly sealingKeyFile: string;
  /** Ed25519 seed that envelopes are signed with, 32 bytes. */
  readonly envelopeKeyFile: string;
  /** Folder of proving keys; the checkout's own by default. */
  readonly keysDir?: string;
  readonly proving: {
    /** Statements that are proved at a time. */
    readonly workers: number;
    /** Operations that may wait meanwhile. */
    readonly queueLimit: number;
    /** Memory for proving keys and their tables, where the native engine proves: more makes proofs cheaper. Default 512. */
    readonly keyMemoryMiB: number;
  };
  /** Whether keys whose secrets are public may be used. Only a demo and tests set this. Default false. */
  readonly allowDevelopmentKeys: boolean;
  readonly otlpEndpoint?: string;
}

/** Reads the configuration. @throws ConfigError naming the member */
export function loadConfig(path: string | undefined): Config {
  return readConfig(Section.load(path));
}

/** Reads the members of a configuration. @throws ConfigError naming the member */
export function readConfig(root: Section): Config {
  const config = {
    dir: root.text('dir'),
    listen: root.text('listen'),
    security: readSecurityConfig(root),
    bus: readBusConfig(root.section('bus')),
    bank: root.text('bank', BANK_PATTERN),
    verifier: root.text('verifier'),
    sealingKeyFile: root.text('sealingKeyFile'),
    envelopeKeyFile: root.text('envelopeKeyFile'),
    ...root.optionalText('keysDir'),
    proving: readProving(root.section('proving')),
    allowDevelopmentKeys: root.flag('allowDevelopmentKeys', false),
    ...root.optionalText('otlpEndpoint'),
  };
  root.end();
  return config;
}

function readProving(section: Section): Config['proving'] {
  const proving = {
    workers: section.count('workers', 1, 256),
    queueLimit: section.count('queueLimit', 0, 100_000),
    keyMemoryMiB: section.count('keyMemoryMiB', 0, 1_048_576, 512),
  };
  section.end();
  return proving;
}
