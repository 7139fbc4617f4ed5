import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer as readAll } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { TestkitError } from './error.ts';
import { type CollectedSpan, decodeExport } from './otlp.ts';

/**
 * An OTLP/HTTP receiver on loopback that keeps the spans of real processes in memory. Set `endpoint` as
 * `OTEL_EXPORTER_OTLP_ENDPOINT` of the services under test.
 */
export class TraceCollector implements AsyncDisposable {
  readonly #server: Server;
  readonly #spans: CollectedSpan[] = [];
  readonly #bodies: Buffer[] = [];
  readonly #failures: unknown[] = [];
  readonly #watchers = new Set<() => void>();

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => void this.#receive(request, response));
  }

  /** Listens on a free port of 127.0.0.1. */
  static async start(): Promise<TraceCollector> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TraceCollector(server);
  }

  /** Base address, `http://127.0.0.1:port`; spans are posted to `/v1/traces` below it. */
  get endpoint(): string {
    const address = this.#server.address();
    assert(address !== null && typeof address === 'object');
    return `http://127.0.0.1:${address.port}`;
  }

  /** All spans so far, in the order of arrival; those of one trace when `traceId` (hex) is given. */
  spans(traceId?: string): readonly CollectedSpan[] {
    return traceId === undefined ? [...this.#spans] : this.#spans.filter((span) => span.traceId === traceId);
  }

  /** True when `text` occurs anywhere in what was received: for canaries. */
  includes(text: string): boolean {
    return this.#bodies.some((body) => body.includes(text));
  }

  /** Waits until `predicate` holds of the spans received; `TIMEOUT` after `timeoutMs`, default 10,000. */
  async waitFor(
    predicate: (spans: readonly CollectedSpan[]) => boolean,
    timeoutMs = 10_000,
  ): Promise<readonly CollectedSpan[]> {
    const done = Promise.withResolvers<void>();
    const look = () => {
      if (this.#failures.length > 0) done.reject(this.#failures[0]);
      else if (predicate(this.#spans)) done.resolve();
    };
    const late = () =>
      done.reject(new TestkitError('TIMEOUT', `the expected spans did not come; there are: ${names(this.#spans)}`));
    const timer = setTimeout(late, timeoutMs);
    this.#watchers.add(look);
    look();
    try {
      await done.promise;
      return this.spans();
    } finally {
      clearTimeout(timer);
      this.#watchers.delete(look);
    }
  }

  /**
   * Asserts that a trace is connected: at least one span, exactly one without a parent, and from every span an unbroken
   * chain of parents to that one. Throws an AssertionError that names the spans at fault.
   */
  assertConnected(traceId: string): void {
    const spans = this.spans(traceId);
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const roots = spans.filter((span) => span.parentSpanId === undefined);
    assert.equal(roots.length, 1, `trace ${traceId} has ${roots.length} first spans instead of one: ${names(roots)}`);
    const broken = spans.filter((span) => !reachesRoot(span, byId));
    assert.equal(broken.length, 0, `trace ${traceId}: no chain of parents to the first span from: ${names(broken)}`);
  }

  /** Stops listening. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const received = await readAll(request);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(received) : received;
      const contentType = request.headers['content-type'] ?? '';
      if (request.method !== 'POST' || request.url !== '/v1/traces') {
        response.writeHead(404).end();
        return;
      }
      this.#spans.push(...decodeExport(contentType, body));
      this.#bodies.push(body);
      response
        .writeHead(200, { 'content-type': contentType })
        .end(contentType.startsWith('application/json') ? '{}' : '');
    } catch (error) {
      this.#failures.push(error);
      response.writeHead(400).end();
    }
    for (const look of [...this.#watchers]) look();
  }
}

function reachesRoot(span: CollectedSpan, byId: ReadonlyMap<string, CollectedSpan>): boolean {
  const seen = new Set<string>();
  let at: CollectedSpan | undefined = span;
  while (at?.parentSpanId !== undefined) {
    if (seen.has(at.spanId)) return false;
    seen.add(at.spanId);
    at = byId.get(at.parentSpanId);
  }
  return at !== undefined;
}

function names(spans: readonly CollectedSpan[]): string {
  return spans.length === 0 ? 'none' : spans.map((span) => `${span.service}/${span.name}`).join(', ');
}
