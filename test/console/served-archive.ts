import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, newEvent, proofSubject } from '@assay/bus';
import { formatTokenRecord, newToken } from '@assay/http';
import { readInstance, type Stack, startStack } from '../../infra/supervisor/index.ts';
import { type RecordedArchive, recordArchive, withdrawalEnvelope } from './recorded-archive.ts';

/** What a regulator runs. */
const SERVICES = ['verifier', 'log-witness'];
const HOUR_MS = 3_600_000;

/** A verifier and a log witness over a recorded archive, as processes, with the built console; all of it is gone when it is disposed. */
export class ServedArchive implements AsyncDisposable {
  readonly recorded: RecordedArchive;
  /** Where the console is: `http://127.0.0.1:port`. */
  readonly origin: string;
  readonly trustFile: string;
  /** The examiner's token. */
  readonly token: string;
  readonly #services: Stack;
  readonly #stack: AsyncDisposableStack;

  private constructor(recorded: RecordedArchive, services: Stack, stack: AsyncDisposableStack) {
    const { layout, examinerToken } = recorded.deployment;
    this.recorded = recorded;
    this.origin = `http://${services.addresses.services['verifier.http']}`;
    this.trustFile = layout.trustFile;
    this.token = examinerToken;
    this.#services = services;
    this.#stack = stack;
  }

  static async start(): Promise<ServedArchive> {
    await using stack = new AsyncDisposableStack();
    const dir = mkdtempSync(join(tmpdir(), 'assay-console-'));
    stack.defer(() => rmSync(dir, { recursive: true, force: true }));
    const recorded = await recordArchive(dir);
    const instance = readInstance(recorded.deployment.layout.dir)!;
    const services = instance.services.filter(({ name }) => SERVICES.includes(name));
    const running = stack.use(await startStack({ ...instance, services, ownGroups: true }));
    return new ServedArchive(recorded, running, stack.move());
  }

  /** Kills the verifier without warning; it is started again where it was. */
  async crash(): Promise<void> {
    await this.#services.crash('verifier');
  }

  /** A token that takes the place of all that were issued before. */
  replaceTokens(): string {
    const { token, record } = newToken('examiner', Date.now() + HOUR_MS);
    writeFileSync(this.recorded.deployment.layout.regulator.tokens, formatTokenRecord(record), { mode: 0o600 });
    return token;
  }

  /** JSON as the interface gives it to the examiner. */
  async json<T>(path: string): Promise<T> {
    return (await (await this.#get(path)).json()) as T;
  }

  /** The stored bytes of an envelope. */
  async envelope(digest: string): Promise<Buffer> {
    return Buffer.from(await (await this.#get(`/v1/statements/${digest}/envelope`)).arrayBuffer());
  }

  async #get(path: string): Promise<Response> {
    const response = await fetch(`${this.origin}${path}`, { headers: { authorization: `Bearer ${this.token}` } });
    if (!response.ok) throw new Error(`${path}: status ${response.status}`);
    return response;
  }

  /** The bank withdraws an application, over the bus, as a prover publishes. */
  async withdraw(applicantCommitment: string): Promise<void> {
    const { url, monitorUrl } = this.#services.addresses.nats;
    await using bus = await connectBus({ servers: [url], monitorUrls: [monitorUrl], name: 'test' });
    const envelope = await withdrawalEnvelope(this.recorded, BigInt(applicantCommitment));
    const data = { envelope: Buffer.from(envelope).toString('base64') };
    await bus.publish(
      newEvent({
        id: crypto.randomUUID(),
        source: 'urn:assay:test',
        type: 'urn:assay:proof:v1',
        subject: proofSubject(this.recorded.deployment.bank, 'withdrawal'),
        contentType: 'application/json',
        data: new TextEncoder().encode(JSON.stringify(data)),
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
