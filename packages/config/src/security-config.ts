import type { ClientSecurity, ServerSecurity } from '@assay/rpc';
import type { Section } from './section.ts';

/** How a service is called, and how it calls others. */
export interface SecurityConfig {
  readonly server: ServerSecurity;
  readonly client: ClientSecurity;
}

const INSECURE = { kind: 'insecure-loopback' } as const;

/**
 * Reads the member `security` with the PEM files that it names: `{kind: "insecure-loopback"}` (also when it is absent:
 * then nothing beyond this machine is reached), or `{kind: "tls", certificateFile, keyFile, authoritiesFile,
 * clientAuthoritiesFile?}`. The service shows the same certificate to its callers and to those it calls, whom it checks
 * against `authoritiesFile`; with `clientAuthoritiesFile` its callers have to show one too.
 */
export function readSecurityConfig(root: Section): SecurityConfig {
  if (!root.has('security')) return { server: INSECURE, client: INSECURE };
  const section = root.section('security');
  const kind = section.text('kind');
  if (kind !== 'insecure-loopback' && kind !== 'tls') {
    throw section.fault('kind', 'is neither insecure-loopback nor tls');
  }
  const security = kind === 'tls' ? readTls(section) : { server: INSECURE, client: INSECURE };
  section.end();
  return security;
}

function readTls(section: Section): SecurityConfig {
  const certificate = section.file('certificateFile');
  const key = section.file('keyFile');
  const authorities = section.file('authoritiesFile');
  return {
    server: {
      kind: 'tls',
      certificate,
      key,
      ...(section.has('clientAuthoritiesFile') && { clientAuthorities: section.file('clientAuthoritiesFile') }),
    },
    client: { kind: 'tls', authorities, identity: { certificate, key } },
  };
}
