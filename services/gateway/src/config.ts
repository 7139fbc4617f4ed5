import { type BusConfig, readBusConfig, readSecurityConfig, Section, type SecurityConfig } from '@assay/config';
import { BANK_PATTERN } from '@assay/verify';

/** How this service is set up: the JSON file that `ASSAY_CONFIG` names. Paths are absolute or relative to the working directory. */
export interface Config {
  /** Directory of the gateway's state; made when it is absent. */
  readonly dir: string;
  /** Address to serve on, such as `127.0.0.1:0`. */
  readonly listen: string;
  readonly security: SecurityConfig;
  readonly bus: BusConfig;
  readonly bank: string;
  /** Addresses of the services behind it. */
  readonly kycProver: string;
  readonly fairnessProver: string;
  readonly verifier: string;
  /** Applications that may wait for their intake's proof at once. Default 2,000. */
  readonly maxInFlight: number;
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
    kycProver: root.text('kycProver'),
    fairnessProver: root.text('fairnessProver'),
    verifier: root.text('verifier'),
    maxInFlight: root.count('maxInFlight', 1, 1_000_000, 2_000),
    ...root.optionalText('otlpEndpoint'),
  };
  root.end();
  return config;
}
