import { readSecurityConfig, type Section } from '@assay/config';
import type { ServerSecurity } from '@assay/rpc';
import { parseVerifierKey } from '@assay/tlog';

/** A log that is watched. */
export interface WatchedLog {
  /** The log's key as a note verifier key; its name is the log's origin. */
  readonly verifierKey: string;
  /** Where the log serves `/checkpoint` and its tiles; without it the log is not followed, and has to ask. */
  readonly url?: string;
}

/** How a log witness is set up: the JSON file that `ASSAY_CONFIG` names. Paths are relative to the working directory. */
export interface Config {
  /** Holds the state: the last head of each log, and alarms. */
  readonly dir: string;
  /** Ed25519 secret key, 32 bytes, readable by its owner alone. */
  readonly keyFile: string;
  /** Name of the key, such as `witness.example/w1`. */
  readonly name: string;
  /** Address to serve on, such as `127.0.0.1:0`. */
  readonly listen: string;
  readonly security: ServerSecurity;
  readonly logs: readonly WatchedLog[];
  /** Seconds between two looks at a log. Default 10. */
  readonly pollSeconds: number;
  readonly otlpEndpoint?: string;
}

/** Reads the configuration. @throws ConfigError naming the member */
export function readConfig(root: Section): Config {
  const config = {
    dir: root.text('dir'),
    keyFile: root.text('keyFile'),
    name: root.text('name'),
    listen: root.text('listen'),
    security: readSecurityConfig(root).server,
    logs: root.sections('logs').map(readLog),
    pollSeconds: root.count('pollSeconds', 1, 86_400, 10),
    ...root.optionalText('otlpEndpoint'),
  };
  root.end();
  return config;
}

function readLog(section: Section): WatchedLog {
  const log = { verifierKey: section.text('verifierKey'), ...section.optionalText('url') };
  try {
    parseVerifierKey(log.verifierKey);
  } catch {
    throw section.fault('verifierKey', 'is not a note verifier key of Ed25519');
  }
  if (log.url !== undefined && !URL.canParse(log.url)) throw section.fault('url', 'is not a URL');
  section.end();
  return log;
}
