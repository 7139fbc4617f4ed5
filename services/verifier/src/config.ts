import { type BusConfig, readBusConfig, readSecurityConfig, type Section } from '@assay/config';
import type { ServerSecurity } from '@assay/rpc';
import { parseWitnessKey } from '@assay/tlog';
import { BANK_PATTERN } from '@assay/verify';
import { type HttpConfig, readHttpConfig } from './http/http-config.ts';
import { type Retention, readRetention, STANDARD_RETENTION } from './retention.ts';

/** A log witness that is asked to cosign. */
export interface AskedWitness {
  /** Its key, `name+keyid+base64`. */
  readonly verifierKey: string;
  /** Where it serves `add-checkpoint`. */
  readonly url: string;
}

/** How the verifier is set up: the JSON file that `ASSAY_CONFIG` names. Paths are relative to the working directory. */
export interface Config {
  /** Holds `archive/`, and the databases that go with it. */
  readonly dir: string;
  /** Trust configuration; must not lie in `dir`. */
  readonly trustFile: string;
  /** Ed25519 secret key of the log, 32 bytes, readable by its owner alone. */
  readonly logKeyFile: string;
  /** Address to serve on, such as `127.0.0.1:0`. */
  readonly listen: string;
  readonly security: ServerSecurity;
  /** The archive over HTTP. Without it, it is served over gRPC alone. */
  readonly http?: HttpConfig;
  /** Log witnesses that are asked to cosign each checkpoint. Default: none. */
  readonly witnesses: readonly AskedWitness[];
  readonly bus: BusConfig;
  /** Banks whose proofs are consumed. */
  readonly banks: readonly string[];
  readonly otlpEndpoint?: string;
  /** Whether keys whose secrets are public may be used. Only a demo and tests set this. Default false. */
  readonly allowDevelopmentKeys: boolean;
  /** How long envelopes are kept, by kind. Default ten years. */
  readonly retention: Retention;
  /** Whether envelopes whose retention has ended are removed when the verifier starts. Default false. */
  readonly pruneAtStart: boolean;
  /** Seconds between attempts at pending envelopes that only time can help, such as windows that end. Default 5. */
  readonly pendingRetrySeconds: number;
  /** Seconds after which a pending envelope is reported. Default a day. */
  readonly pendingDeadlineSeconds: number;
}

/** Reads the configuration and the files that it names. @throws ConfigError naming the member */
export function readConfig(root: Section): Config {
  const banks = root.texts('banks');
  if (!banks.every((bank) => BANK_PATTERN.test(bank))) throw root.fault('banks', 'has what is no name of a bank');
  const config = {
    dir: root.text('dir'),
    trustFile: root.text('trustFile'),
    logKeyFile: root.text('logKeyFile'),
    listen: root.text('listen'),
    security: readSecurityConfig(root).server,
    ...(root.has('http') && { http: readHttpConfig(root.section('http')) }),
    witnesses: root.has('witnesses') ? root.sections('witnesses').map(readWitness) : [],
    bus: readBusConfig(root.section('bus')),
    banks,
    ...root.optionalText('otlpEndpoint'),
    allowDevelopmentKeys: root.flag('allowDevelopmentKeys', false),
    retention: root.has('retention') ? readRetention(root.section('retention')) : STANDARD_RETENTION,
    pruneAtStart: root.flag('pruneAtStart', false),
    pendingRetrySeconds: root.count('pendingRetrySeconds', 1, 3600, 5),
    pendingDeadlineSeconds: root.count('pendingDeadlineSeconds', 1, 31_536_000, 86_400),
  };
  root.end();
  return config;
}

function readWitness(section: Section): AskedWitness {
  const witness = { verifierKey: section.text('verifierKey'), url: section.text('url') };
  try {
    parseWitnessKey(witness.verifierKey);
  } catch {
    throw section.fault('verifierKey', 'is not the key of a log witness');
  }
  if (!URL.canParse(witness.url)) throw section.fault('url', 'is not a URL');
  section.end();
  return witness;
}
