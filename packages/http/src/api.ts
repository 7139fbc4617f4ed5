import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { cors } from 'hono/cors';
import { callerOf } from './caller-address.ts';
import { conditional } from './content.ts';
import type { Contract, Operation } from './contract.ts';
import { HttpProblem } from './error.ts';
import type { Input } from './input.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { secure } from './security-headers.ts';
import type { StaticFiles } from './static-files.ts';
import type { TokenBook } from './token-book.ts';

/** A body, by its media type: the value of JSON, the bytes of what is none. */
export interface Body {
  readonly type: string;
  readonly value: unknown;
  readonly bytes: Uint8Array;
}

/** Carries one operation out. @throws HttpProblem; anything else is a failure of the server's own */
export type Handler = (input: Input, body: Body | undefined) => Response | Promise<Response>;

/** What was served, for a log: neither address, token nor parameter. */
export interface Served {
  readonly operation: string;
  readonly status: number;
  readonly durationMs: number;
  /** Why the server failed. */
  readonly error?: unknown;
}

/** What an API is made of. */
export interface ApiOptions {
  readonly contract: Contract;
  /** One for each operation, by its id. */
  readonly handlers: Readonly<Record<string, Handler>>;
  readonly tokens: TokenBook;
  /** By address, of all requests. */
  readonly addresses: RateLimiter;
  /** By examiner, of those with a token. */
  readonly examiners: RateLimiter;
  /** Pages for every path that the contract does not have. */
  readonly pages?: StaticFiles;
  /** Origins whose pages may call. Default: none but our own. */
  readonly origins?: readonly string[];
  readonly overTls: boolean;
  readonly maxBodyBytes: number;
  readonly onServed?: (served: Served) => void;
}

type Bindings = { readonly Bindings: HttpBindings };

/** Paths below which there are no pages. */
const API_PATHS = /^\/(v1|tile|blob)(\/|$)/;

/**
 * Serves a contract: its operations alone, their parameters checked by it, their tokens and rates seen to.
 *
 * @throws Error where an operation has no handler, or a handler no operation
 */
export function createApi(options: ApiOptions): Hono<Bindings> {
  const { contract, handlers, pages, origins = [], overTls } = options;
  requireSame(contract, handlers);
  const app = new Hono<Bindings>({ strict: true });
  app.use(async (c, next) => {
    await next();
    c.res = secure(c.res, overTls);
  });
  if (origins.length > 0) app.use(cors({ origin: [...origins], allowMethods: ['GET', 'HEAD', 'POST'], maxAge: 600 }));
  app.use(async (c, next) => {
    throttle(options.addresses.take(callerOf(c.env.incoming.socket.remoteAddress)));
    await next();
  });
  for (const operation of contract.operations) {
    const handle = handlers[operation.id]!;
    app.on(operation.method, operation.route, (c) => serveOperation(c, operation, handle, options));
  }
  for (const [route, methods] of methodsByRoute(contract.operations)) {
    app.all(route, () => {
      const headers = { allow: methods.join(', ') };
      throw new HttpProblem('method-not-allowed', `use ${methods.join(' or ')}`, { headers });
    });
  }
  app.get('*', (c) => {
    const { pathname } = new URL(c.req.url);
    const page = API_PATHS.test(pathname) ? undefined : pages?.respond(pathname, c.req.header('accept-encoding'));
    if (page === undefined) throw notFound();
    return conditional(c.req.raw, page);
  });
  app.notFound(() => notFound().toResponse());
  app.onError((error) => asProblem(error).toResponse());
  return app;
}

async function serveOperation(
  c: Context<Bindings>,
  operation: Operation,
  handle: Handler,
  { tokens, examiners, maxBodyBytes, onServed }: ApiOptions,
): Promise<Response> {
  const started = performance.now();
  const report = (status: number, error?: unknown): void =>
    onServed?.({
      operation: operation.id,
      status,
      durationMs: performance.now() - started,
      ...(error !== undefined && { error }),
    });
  try {
    if (!operation.isPublic) {
      const examiner = tokens.examiner(c.req.header('authorization'));
      throttle(examiners.take(examiner, operation.cost));
    }
    const input = operation.read(c.req.raw, c.req.param() as Readonly<Record<string, string>>);
    const body = operation.bodyTypes.length === 0 ? undefined : await readBody(c.req.raw, operation, maxBodyBytes);
    const whole = conditional(c.req.raw, await handle(input, body));
    const response = c.req.raw.method === 'HEAD' ? await withoutBody(whole) : whole;
    report(response.status);
    return response;
  } catch (error) {
    const problem = asProblem(error);
    report(problem.status, problem.status >= 500 ? error : undefined);
    return problem.toResponse();
  }
}

/** The response to HEAD. The body is ended: one that goes on would be kept for nobody. */
async function withoutBody(response: Response): Promise<Response> {
  await response.body?.cancel();
  return new Response(null, response);
}

async function readBody(request: Request, { bodyTypes, checkBody }: Operation, most: number): Promise<Body> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
  if (!bodyTypes.includes(type)) throw new HttpProblem('unsupported-media-type', `send ${bodyTypes.join(' or ')}`);
  const bytes = await readBytes(request, most);
  const value = parseJson(bytes);
  checkBody(type, value);
  return { type, value, bytes };
}

/** The bytes of a body, read no further than to where it is too large. */
async function readBytes(request: Request, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > most) throw new HttpProblem('too-large', `a body has at most ${most} bytes`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new HttpProblem('invalid-request', 'the body is not JSON', {
      cause,
      violations: [{ field: 'body', rule: 'must be JSON' }],
    });
  }
}

function throttle(seconds: number): void {
  if (seconds === 0) return;
  const headers = { 'retry-after': String(seconds) };
  throw new HttpProblem('rate-limited', `try again in ${seconds} s`, { headers });
}

function asProblem(error: unknown): HttpProblem {
  return error instanceof HttpProblem ? error : new HttpProblem('internal', 'it is in the log', { cause: error });
}

function notFound(): HttpProblem {
  return new HttpProblem('not-found', 'nothing is served at this path');
}

function methodsByRoute(operations: readonly Operation[]): Map<string, string[]> {
  const routes = new Map<string, string[]>();
  for (const { route, method } of operations) {
    const methods = method === 'GET' ? ['GET', 'HEAD'] : [method];
    routes.set(route, [...(routes.get(route) ?? []), ...methods]);
  }
  return routes;
}

function requireSame({ operations }: Contract, handlers: Readonly<Record<string, Handler>>): void {
  const ids = operations.map(({ id }) => id);
  const names = Object.keys(handlers);
  const apart = [...ids.filter((id) => !names.includes(id)), ...names.filter((name) => !ids.includes(name))];
  if (apart.length > 0) throw new Error(`contract and handlers differ in ${apart.join(', ')}`);
}
