import { signOut, token } from '../session.ts';
import { ApiError, problemOf } from './problem.ts';

/** Values of a query; empty and absent ones are left out, and a list is written once for each. */
export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** How long a request may take; the slowest answer of the interface is far below it. */
const TIMEOUT_MS = 30_000;

/** JSON from the interface. @throws ApiError */
export async function getJson<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return (await (await request(path, query, signal)).json()) as T;
}

/** Bytes from the interface. @throws ApiError */
export async function getBytes(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  return new Uint8Array(await (await request(path, {}, signal)).arrayBuffer());
}

/** Bytes, or nothing where the archive has none of them, or no longer. @throws ApiError */
export async function getBytesIfKept(path: string, signal?: AbortSignal): Promise<Uint8Array | undefined> {
  try {
    return await getBytes(path, signal);
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 410)) return undefined;
    throw error;
  }
}

/** A response with a good status. Only this origin is asked. @throws ApiError; a refused token ends the session */
export async function request(
  path: string,
  query: Query = {},
  signal?: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const used = token();
  const deadline = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(`${path}${searchOf(query)}`, {
    headers: { ...headers, ...(used !== undefined && { authorization: `Bearer ${used}` }) },
    credentials: 'omit',
    redirect: 'error',
    signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiError(0, {});
  });
  if (response.ok) return response;
  // Somebody may have signed in anew while this request was under way.
  if (response.status === 401 && token() === used) signOut('refused');
  throw await problemOf(response);
}

function searchOf(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== '') search.append(name, String(one));
    }
  }
  return search.size === 0 ? '' : `?${search}`;
}
