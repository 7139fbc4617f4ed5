import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { ack, archiveSubject, type Bus, connectBus, newEvent } from '@assay/bus';
import { gateway } from '@assay/contracts';
import { createClient, type RpcClient } from '@assay/rpc';
import { type SealedUse, unseal } from '@assay/seal';
import { createLogger } from '@assay/telemetry';
import { startNatsServer, type TestNats } from '@assay/testkit';
import { type Gateway, type Pace, startGateway } from '../src/gateway.ts';
import { Fakes } from './fakes.ts';

export const BANK = 'acme';
export const SCOPE = 'acme/loans/2025';

/** How a rig departs from the usual. */
export interface RigOptions {
  readonly maxInFlight?: number;
  readonly pace?: Pace;
}

/** A gateway on a real bus, between a client and the fakes behind it. */
export class Rig {
  readonly dir = mkdtempSync(join(tmpdir(), 'assay-gateway-'));
  readonly logLines: string[] = [];
  readonly #awaited: { readonly pattern: RegExp; readonly resolve: () => void }[] = [];
  readonly nats: TestNats;
  readonly bus: Bus;
  readonly fakes: Fakes;
  readonly #behind: string;
  readonly #options: RigOptions;
  #gateway: Gateway | undefined;
  #client: RpcClient<typeof gateway.GatewayServiceService> | undefined;

  private constructor(nats: TestNats, bus: Bus, fakes: Fakes, behind: string, options: RigOptions) {
    this.nats = nats;
    this.bus = bus;
    this.fakes = fakes;
    this.#behind = behind;
    this.#options = options;
  }

  static async start(t: TestContext, options: RigOptions = {}): Promise<Rig> {
    const nats = await startNatsServer();
    const bus = await connectBus({ servers: [nats.url], name: 'test', monitorUrls: [nats.monitorUrl] });
    await bus.ensureStreams(BANK);
    const fakes = await Fakes.create();
    const rig = new Rig(nats, bus, fakes, await fakes.listen(), options);
    t.after(async () => {
      await rig.stop();
      await bus.close();
      await fakes.close();
      await nats.close();
      rmSync(rig.dir, { recursive: true });
    });
    await rig.startGateway();
    return rig;
  }

  /** Starts the gateway, anew after `stop`. */
  async startGateway(): Promise<void> {
    const insecure = { kind: 'insecure-loopback' } as const;
    const behind = this.#behind;
    const config = {
      dir: this.dir,
      listen: '127.0.0.1:0',
      security: { server: insecure, client: insecure },
      bus: { servers: [this.nats.url], monitorUrls: [this.nats.monitorUrl], requireSyncAlways: true },
      bank: BANK,
      kycProver: behind,
      fairnessProver: behind,
      verifier: behind,
      maxInFlight: this.#options.maxInFlight ?? 100,
    };
    const write = (line: string): void => {
      this.logLines.push(line);
      for (const { pattern, resolve } of this.#awaited) if (pattern.test(line)) resolve();
    };
    const logger = createLogger('gateway', { level: 'debug', write });
    this.#gateway = await startGateway(config, logger, { pollMs: 20, ...this.#options.pace });
    this.#client = createClient(gateway.GatewayServiceService, {
      address: this.#gateway.address,
      security: insecure,
      defaultDeadlineMs: 10_000,
    });
  }

  get call() {
    return this.#client!.call;
  }

  /** Resolves when the gateway logs a line that matches. */
  logged(pattern: RegExp): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#awaited.push({ pattern, resolve });
    return promise;
  }

  /** Drains the gateway. */
  async stop(): Promise<void> {
    const gateway = this.#gateway;
    this.#gateway = undefined;
    await gateway?.drain();
    this.#client?.close();
  }

  /** Says on the bus what became of an envelope. */
  async announce(
    result: 'accepted' | 'rejected' | 'pending',
    digest: string,
    rest: object,
    dedupeId?: string,
  ): Promise<void> {
    const data = { v: 1, result, digest, bank: BANK, scope: SCOPE, receivedAt: new Date().toISOString(), ...rest };
    await this.bus.publish(
      newEvent({
        id: `${digest}:${result}`,
        source: 'urn:assay:verifier',
        type: 'urn:assay:archive:v1',
        subject: archiveSubject(BANK, result),
        contentType: 'application/json',
        data: new TextEncoder().encode(JSON.stringify(data)),
      }),
      dedupeId === undefined ? {} : { dedupeId },
    );
  }

  /** Takes jobs as the prover would, and gives what they hold, in order. */
  async jobs(use: SealedUse, count: number): Promise<{ plain: Uint8Array; about: string; data: Uint8Array }[]> {
    const found: { plain: Uint8Array; about: string; data: Uint8Array }[] = [];
    const done = Promise.withResolvers<void>();
    const options = { bank: BANK, stream: 'JOBS', durable: 'kyc-prover' } as const;
    // A connection of its own: that of the rig may still be finding a server that was restarted.
    const bus = await this.#connect();
    await bus.consume(options, async ({ event }) => {
      found.push({
        plain: await unseal(event.data, use, this.fakes.kycKey),
        about: event.about ?? '',
        data: event.data,
      });
      if (found.length === count) done.resolve();
      return ack;
    });
    await done.promise;
    await bus.close();
    return found;
  }

  #connect(): Promise<Bus> {
    return connectBus({ servers: [this.nats.url], name: 'test', monitorUrls: [this.nats.monitorUrl] });
  }

  /** Follows an application until it is in a state; gives the states on the way. */
  async until(applicationId: string, state: gateway.ApplicationState): Promise<gateway.Application> {
    const stop = new AbortController();
    const options = { deadlineMs: 15_000, signal: stop.signal };
    for await (const { application } of this.call.watchApplication({ applicationId }, options)) {
      if (application?.state === state) return application;
    }
    throw new Error('the watch ended in another state');
  }

  /** Everything that lies in the gateway's directory, and all that it logged. */
  traces(): Buffer {
    const files = readdirSync(this.dir).map((name) => readFileSync(join(this.dir, name)));
    return Buffer.concat([...files, Buffer.from(this.logLines.join(''))]);
  }
}

/** A digest that is easy to tell from others. */
export function digestOf(n: number): string {
  return n.toString(16).padStart(64, 'd');
}
