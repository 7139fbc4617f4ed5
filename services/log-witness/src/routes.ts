import { RateLimiter, type Responder } from '@assay/http';
import { MAX_REQUEST_BYTES, parseAddCheckpoint } from './add-checkpoint.ts';
import type { Answer, LogWitness } from './log-witness.ts';
import { LogWitnessError } from './log-witness-error.ts';

/** Requests of one address: a log asks once a checkpoint. */
const RATE = { perSecond: 50, burst: 200 };
const SIZE_TYPE = 'text/x.tlog.size';

/** What is served: `POST /add-checkpoint`, and `GET /v1/logs` for whoever wants to see what was cosigned, and alarms. */
export function routes(witness: LogWitness, onFailure: (error: unknown) => void): Responder {
  const addresses = new RateLimiter(RATE);
  return {
    async fetch(request, { incoming }) {
      const seconds = addresses.take(incoming.socket.remoteAddress ?? '');
      if (seconds > 0) return text(429, 'too many requests\n', { 'retry-after': String(seconds) });
      try {
        return await serve(request, witness);
      } catch (error) {
        if (error instanceof LogWitnessError && error.code === 'MALFORMED') return text(400, `${error.message}\n`);
        onFailure(error);
        return text(500, 'it is in the log\n');
      }
    },
  };
}

async function serve(request: Request, witness: LogWitness): Promise<Response> {
  const { pathname } = new URL(request.url);
  const methods = ROUTES[pathname];
  if (methods === undefined) return text(404, 'nothing is served at this path\n');
  if (!methods.includes(request.method))
    return text(405, 'the method is not one of this path\n', { allow: methods.join(', ') });
  if (pathname === '/v1/logs') return Response.json(witness.origins.map((origin) => describe(witness, origin)));
  const body = await readBody(request);
  if (body === undefined) return text(413, `a request has at most ${MAX_REQUEST_BYTES} bytes\n`);
  return respond(await witness.add(parseAddCheckpoint(body)));
}

const ROUTES: Readonly<Record<string, readonly string[]>> = {
  '/add-checkpoint': ['POST'],
  '/v1/logs': ['GET', 'HEAD'],
};

/** The bytes of a body, undefined where there are too many. */
async function readBody(request: Request): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > MAX_REQUEST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function respond(answer: Answer): Response {
  switch (answer.kind) {
    case 'cosigned':
      return text(200, answer.line);
    case 'malformed':
      return text(400, `${answer.why}\n`);
    case 'old-too-large':
      return text(400, 'the old size is above that of the checkpoint\n');
    case 'not-signed':
      return text(403, 'no key of the log signed the checkpoint\n');
    case 'unknown-log':
      return text(404, 'no log of this origin is watched\n');
    case 'conflict':
      return text(409, `${answer.size}\n`, { 'content-type': SIZE_TYPE });
    case 'proof-refused':
      return text(422, 'the consistency proof does not verify\n');
    case 'alarmed':
      return text(503, 'the log has signed two histories: nothing of it is cosigned until an operator has looked\n');
  }
}

function text(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Response {
  const common = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
  return new Response(body, { status, headers: { ...common, ...headers } });
}

/** One log as `GET /v1/logs` shows it; notes are text, hashes Base64. */
function describe(witness: LogWitness, origin: string): object {
  const head = witness.head(origin);
  const alarm = witness.alarm(origin);
  return {
    origin,
    ...(head && { size: head.size, checkpoint: decode(head.note) }),
    ...(alarm && {
      alarm: {
        kind: alarm.kind,
        raisedAt: new Date(alarm.raisedAt).toISOString(),
        first: decode(alarm.first),
        second: decode(alarm.second),
        proof: alarm.proof.map((hash) => Buffer.from(hash).toString('base64')),
      },
    }),
  };
}

function decode(note: Uint8Array): string {
  return new TextDecoder().decode(note);
}
