import { readFileSync } from 'node:fs';
import type { BusOptions, BusTls } from '@assay/bus';
import type { Section } from './section.ts';

/** The NATS servers of a service, as `BusOptions` has them. */
export type BusConfig = Pick<BusOptions, 'servers' | 'tls' | 'credentials'> & {
  readonly monitorUrls: readonly string[];
  readonly requireSyncAlways: boolean;
};

/**
 * Reads `{servers, monitorUrls, requireSyncAlways?, credentialsFile?, tls?: {caFile?, certFile?, keyFile?}}`, the
 * credentials' file (`.creds`) included.
 */
export function readBusConfig(section: Section): BusConfig {
  const servers = section.texts('servers');
  const monitorUrls = section.texts('monitorUrls');
  const requireSyncAlways = section.flag('requireSyncAlways', true);
  const { credentialsFile } = section.optionalText('credentialsFile');
  const tls = section.has('tls') ? readTls(section.section('tls')) : undefined;
  section.end();
  return {
    servers,
    monitorUrls,
    requireSyncAlways,
    ...(tls && { tls }),
    ...(credentialsFile !== undefined && {
      credentials: { kind: 'creds' as const, contents: readFileSync(credentialsFile) },
    }),
  };
}

function readTls(section: Section): BusTls {
  const tls = {
    ...section.optionalText('caFile'),
    ...section.optionalText('certFile'),
    ...section.optionalText('keyFile'),
  };
  section.end();
  return tls;
}
