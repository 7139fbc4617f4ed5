import { setTimeout as wait } from 'node:timers/promises';
import { ArchiveError } from './error.ts';
import type { ReadableFiles } from './files.ts';
import { parseBlobPath } from './layout.ts';

/** How long one file may take to come. */
const DEADLINE_MS = 30_000;
/** Most bytes of one file: a bundle of 256 leaves of 65,535 bytes, with their lengths. */
const MAX_BYTES = 256 * (2 ** 16 + 1);

/**
 * The files of an archive that is served over HTTP (`/checkpoint`, `/tile/...`, `/blob/sha256/<hex>`), as if it lay in the directory `/`:
 * `ArchiveReader.open('/', vkey, httpFiles(url))` checks what it reads as it checks files.
 *
 * @param url where the log is served, such as `http://127.0.0.1:8080/`
 */
export function httpFiles(url: string): ReadableFiles {
  const base = new URL(url.endsWith('/') ? url : `${url}/`);
  return {
    async read(path) {
      const digest = parseBlobPath(path.slice(1));
      const place = digest ? `blob/sha256/${Buffer.from(digest).toString('hex')}` : path.slice(1);
      return await get(new URL(place, base));
    },
    readSync() {
      throw new ArchiveError('unavailable', 'what is served over HTTP cannot be read without waiting');
    },
  };
}

/** How long a server may ask for patience, in all. */
const PATIENCE_MS = 120_000;

async function get(url: URL): Promise<Uint8Array | undefined> {
  try {
    const response = await patiently(url);
    if (response.status === 404) {
      await response.body?.cancel();
      return undefined;
    }
    if (!response.ok) throw new Error(`status ${response.status}`);
    return await bodyOf(response);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'no answer';
    throw new ArchiveError('unavailable', `${url.pathname} cannot be had from ${url.origin}: ${why}`, { cause });
  }
}

/** Asks again where the server limits how often it is asked, after the time that it names. */
async function patiently(url: URL): Promise<Response> {
  for (let waited = 0; ; ) {
    const response = await fetch(url, { signal: AbortSignal.timeout(DEADLINE_MS), redirect: 'error' });
    if (response.status !== 429 || waited >= PATIENCE_MS) return response;
    await response.body?.cancel();
    const seconds = Number(response.headers.get('retry-after') ?? '1');
    const pause = Number.isFinite(seconds) ? Math.min(Math.max(seconds * 1000, 100), PATIENCE_MS) : 1000;
    await wait(pause);
    waited += pause;
  }
}

async function bodyOf(response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    parts.push(part);
    length += part.length;
    if (length > MAX_BYTES) throw new Error(`more than ${MAX_BYTES} bytes`);
  }
  return new Uint8Array(Buffer.concat(parts));
}
