import { BusError } from './error.ts';

/** What the monitoring endpoint of a server says about its durability. */
interface ServerReport {
  readonly serverId: string;
  readonly syncAlways: boolean | undefined;
}

const ADVICE =
  'set `jetstream { sync_interval: always }` in its configuration and `http: 127.0.0.1:8222` (or another port), and pass that address as monitorUrls; ' +
  'requireSyncAlways: false accepts the loss of acknowledged messages when the machine fails';

/**
 * Makes sure that the server writes to disk before it acknowledges (`sync_interval: always`; by default it acknowledges
 * up to two minutes earlier). The client protocol does not say; only the monitoring endpoint does (`/varz`), so each of
 * `monitorUrls` is asked until one answers for the very server of the connection (`serverId`).
 *
 * Monitoring has no authentication. Its answer is a guard against misconfiguration, not against whoever runs the server.
 *
 * Errors: `UNSYNCED_SERVER`; `SYNC_UNKNOWN` when no endpoint answers for this server.
 */
export async function requireSyncAlways(serverId: string, monitorUrls: readonly string[]): Promise<void> {
  const failures: unknown[] = [];
  for (const url of monitorUrls) {
    try {
      const report = await askServer(url);
      if (report.serverId !== serverId) continue;
      if (report.syncAlways === true) return;
      throw new BusError('UNSYNCED_SERVER', `the NATS server acknowledges before it has synced to disk: ${ADVICE}`);
    } catch (error) {
      if (error instanceof BusError) throw error;
      failures.push(error);
    }
  }
  const message = `cannot establish whether the NATS server syncs before it acknowledges: ${ADVICE}`;
  throw new BusError('SYNC_UNKNOWN', message, failures.length > 0 ? { cause: failures[0] } : undefined);
}

/** Checks a monitoring address: http on loopback only, https anywhere. Error: `BAD_OPTIONS`. */
export function checkMonitorUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const loopback = url !== undefined && /^(127(\.\d+){3}|localhost|\[::1\])$/.test(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback)) return text;
  throw new BusError('BAD_OPTIONS', 'a monitoring address is an http URL on loopback, or an https URL');
}

async function askServer(monitorUrl: string): Promise<ServerReport> {
  const answer = await fetch(new URL('/varz', monitorUrl), { signal: AbortSignal.timeout(3_000), redirect: 'error' });
  if (!answer.ok) throw new Error(`monitoring answered ${answer.status}`);
  const body: unknown = await answer.json();
  const serverId = at(body, 'server_id');
  const syncAlways = at(at(at(body, 'jetstream'), 'config'), 'sync_always');
  return {
    serverId: typeof serverId === 'string' ? serverId : '',
    syncAlways: typeof syncAlways === 'boolean' ? syncAlways : undefined,
  };
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
