import type { Section } from '@assay/config';
import type { Rate } from '@assay/http';
import type { ServerSecurity } from '@assay/rpc';

/** How the archive is served over HTTP: the member `http` of the configuration. */
export interface HttpConfig {
  /** Address to serve on, such as `127.0.0.1:0`. */
  readonly listen: string;
  /** The examiners' tokens, by hash: `assay token new` adds to it. */
  readonly tokensFile: string;
  /** Folder of the console's built pages. Without it none are served. */
  readonly consoleDir?: string;
  readonly security: ServerSecurity;
  readonly rate: HttpRate;
  /** Origins whose pages may call the API. Default: none but the console's own. */
  readonly origins: readonly string[];
  /** Streams of events that may be open at once. Default 64. */
  readonly maxEventStreams: number;
}

/** How often callers may ask. */
export interface HttpRate {
  /** All requests of one address. Default 100 a second, 600 at once. */
  readonly address: Rate;
  /** Requests with one examiner's tokens. Default 50 a second, 300 at once. */
  readonly examiner: Rate;
}

/** Reads `{listen, tokensFile, consoleDir?, security?, rate?, origins?, maxEventStreams?}`. @throws ConfigError naming the member */
export function readHttpConfig(section: Section): HttpConfig {
  const config = {
    listen: section.text('listen'),
    tokensFile: section.text('tokensFile'),
    ...section.optionalText('consoleDir'),
    security: readSecurity(section),
    rate: readRates(section),
    origins: section.has('origins') ? section.texts('origins') : [],
    maxEventStreams: section.count('maxEventStreams', 1, 10_000, 64),
  };
  section.end();
  return config;
}

/** Without it nothing beyond this machine is served. Browsers show no certificate: examiners have tokens. */
function readSecurity(parent: Section): ServerSecurity {
  if (!parent.has('security')) return { kind: 'insecure-loopback' };
  const section = parent.section('security');
  const kind = section.text('kind', /^(insecure-loopback|tls)$/) as ServerSecurity['kind'];
  const security =
    kind === 'insecure-loopback'
      ? { kind }
      : {
          kind,
          certificate: section.file('certificateFile'),
          key: section.file('keyFile'),
        };
  section.end();
  return security;
}

function readRates(parent: Section): HttpRate {
  const section = parent.has('rate') ? parent.section('rate') : undefined;
  const rates = {
    address: readRate(section, 'address', { perSecond: 100, burst: 600 }),
    examiner: readRate(section, 'examiner', { perSecond: 50, burst: 300 }),
  };
  section?.end();
  return rates;
}

function readRate(parent: Section | undefined, name: string, fallback: Rate): Rate {
  if (parent === undefined || !parent.has(name)) return fallback;
  const section = parent.section(name);
  const rate = {
    perSecond: section.count('perSecond', 1, 1_000_000),
    burst: section.count('burst', 1, 1_000_000),
  };
  section.end();
  return rate;
}
