import { containerBackend } from './container-backend.ts';
import { TestkitError } from './error.ts';
import { localBackend } from './local-backend.ts';

/** A NATS server for a test. Addresses stay the same across `kill` and `restart`; the store too. */
export interface TestNats extends AsyncDisposable {
  readonly url: string;
  readonly monitorUrl: string;
  /** Ends it without warning (SIGKILL). */
  kill(): Promise<void>;
  /** Starts it again after `kill`. */
  restart(): Promise<void>;
  /** Ends it and removes its store. */
  close(): Promise<void>;
}

/** Where test servers come from. */
export interface NatsBackend {
  readonly kind: 'local' | 'container';
  /** Starts a server with an empty store. */
  start(): Promise<TestNats>;
}

/**
 * Containers where a Docker engine answers, processes on this machine otherwise: the same servers, the same tests. With
 * `ASSAY_REQUIRE_CONTAINERS=1` there is no otherwise: `NO_ENGINE`.
 */
export async function natsBackend(): Promise<NatsBackend> {
  return firstBackend(containerBackend, process.env.ASSAY_REQUIRE_CONTAINERS === '1');
}

/** The containers that `containers` gives; without an engine local servers, unless containers are `required`. */
export async function firstBackend(containers: () => Promise<NatsBackend>, required: boolean): Promise<NatsBackend> {
  try {
    return await containers();
  } catch (error) {
    if (required || !(error instanceof TestkitError) || error.code !== 'NO_ENGINE') throw error;
    return localBackend;
  }
}

/** Starts a local server: a process of its own, on free ports, with an empty store that is removed at the end. */
export async function startNatsServer(): Promise<TestNats> {
  return localBackend.start();
}
