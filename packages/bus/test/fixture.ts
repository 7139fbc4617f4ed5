import {
  type Bus,
  type BusEvent,
  type BusNotice,
  type BusOptions,
  connectBus,
  jobSubject,
  newEvent,
  proofSubject,
} from '@assay/bus';
import type { TestNats } from '@assay/testkit';

export const BANK = 'acme';

/** Connects to a test server. */
export async function connectTo(server: TestNats, options: Partial<BusOptions> = {}): Promise<Bus> {
  return connectBus({ servers: [server.url], name: 'test', monitorUrls: [server.monitorUrl], ...options });
}

export function job(id: string, data: string = id, kind = 'decision'): BusEvent {
  const subject = jobSubject(BANK, kind);
  const common = { source: 'urn:assay:test', type: 'urn:assay:job:v1', contentType: 'application/jose' };
  return newEvent({ id, subject, ...common, data: new TextEncoder().encode(data) });
}

export function proof(id: string, statement = 'decision'): BusEvent {
  const subject = proofSubject(BANK, statement);
  const common = { source: 'urn:assay:test', type: 'urn:assay:proof:v1', contentType: 'application/json' };
  return newEvent({ id, subject, ...common, data: new TextEncoder().encode(id) });
}

/** Keeps notices and lets a test wait for one. */
export class Notices {
  readonly seen: BusNotice[] = [];
  readonly #waiting = new Map<BusNotice['kind'], () => void>();

  readonly sink = (notice: BusNotice): void => {
    this.seen.push(notice);
    this.#waiting.get(notice.kind)?.();
  };

  of<K extends BusNotice['kind']>(kind: K): Extract<BusNotice, { kind: K }>[] {
    return this.seen.filter((notice): notice is Extract<BusNotice, { kind: K }> => notice.kind === kind);
  }

  async next(kind: BusNotice['kind']): Promise<void> {
    await new Promise<void>((resolve) => this.#waiting.set(kind, resolve));
  }
}

/** Collects values until there are `count`. */
export class Collected<T> {
  readonly values: T[] = [];
  readonly #count: number;
  readonly #done = Promise.withResolvers<void>();

  constructor(count: number) {
    this.#count = count;
  }

  add(value: T): void {
    this.values.push(value);
    if (this.values.length === this.#count) this.#done.resolve();
  }

  async all(): Promise<readonly T[]> {
    await this.#done.promise;
    return this.values;
  }
}
