import { createHash } from 'node:crypto';

/** How long a response may be kept, and by whom. */
export type Caching =
  /** For ever, by anybody: what the path names never changes. */
  | 'immutable'
  /** An hour, by anybody: what the path names never changes, but may be removed. */
  | 'removable'
  /** A moment, by anybody. */
  | 'brief'
  /** By the caller alone, who asks again whether it is still right. */
  | 'private';

const CACHE_CONTROL: Readonly<Record<Caching, string>> = {
  immutable: 'public, max-age=31536000, immutable',
  removable: 'public, max-age=3600, immutable',
  brief: 'public, max-age=2, must-revalidate',
  private: 'private, no-cache',
};

/** What a response holds beside its bytes. */
export interface ContentOptions {
  readonly type: string;
  readonly caching: Caching;
}

/** A response with these bytes, and an entity tag made of them. */
export function content(bytes: Uint8Array, { type, caching }: ContentOptions): Response {
  const etag = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  return new Response(bytes as Uint8Array<ArrayBuffer>, {
    headers: {
      'content-type': type,
      'content-length': String(bytes.length),
      'cache-control': CACHE_CONTROL[caching],
      etag: `"${etag}"`,
    },
  });
}

/** A response with a value as JSON. */
export function json(value: unknown): Response {
  return content(Buffer.from(JSON.stringify(value)), { type: 'application/json', caching: 'private' });
}

/** The response to a conditional request: 304 to GET and HEAD where the caller has it already (RFC 9110, section 13.1.2). */
export function conditional(request: Request, response: Response): Response {
  if (request.method !== 'GET' && request.method !== 'HEAD') return response;
  const etag = response.headers.get('etag');
  const known = request.headers.get('if-none-match');
  if (etag === null || known === null || response.status !== 200) return response;
  const tags = known.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (!tags.includes(etag) && !tags.includes('*')) return response;
  const headers = new Headers(response.headers);
  for (const name of ['content-encoding', 'content-length', 'content-type']) headers.delete(name);
  return new Response(null, { status: 304, headers });
}
