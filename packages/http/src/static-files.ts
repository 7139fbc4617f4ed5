import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { content } from './content.ts';
import { PAGE_POLICY } from './security-headers.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};
const PAGE = '/index.html';
/** What a file of a kind has more of than it needs; the others are compressed already, or small. */
const COMPRESSED = new Set(['.css', '.html', '.js', '.json', '.svg', '.txt', '.wasm']);
/** Of 0 to 11: a few milliseconds for a file of 100 kB, when the server starts. */
const QUALITY = 9;
/** Where a build puts files that have their digest in their name. */
const IMMUTABLE = /^\/assets\//;

/**
 * The pages of a folder that was built, read once: a path is looked up among them, so none leads out of the folder. Files of
 * a kind that pages have no use for are left out, as are links.
 */
export class StaticFiles {
  readonly #files: ReadonlyMap<string, StaticFile>;

  /** @throws Error where there is no such folder, or no `index.html` in it */
  constructor(folder: string) {
    const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
    const files = entries.filter((entry) => entry.isFile() && Object.hasOwn(TYPES, extname(entry.name)));
    this.#files = new Map(
      files.map(({ parentPath, name }) => {
        const path = join(parentPath, name);
        return [`/${relative(folder, path).split(sep).join('/')}`, readStaticFile(path)];
      }),
    );
    if (!this.#files.has(PAGE)) throw new Error(`${folder} has no index.html`);
  }

  /**
   * The file at a path; for a path that names no file, the page, which has paths of its own.
   *
   * @param accepted the request's `accept-encoding`
   */
  respond(pathname: string, accepted = ''): Response | undefined {
    const path = this.#files.has(pathname) ? pathname : PAGE;
    // A missing script is no page.
    if (path === PAGE && extname(pathname) !== '' && pathname !== PAGE) return undefined;
    const type = TYPES[extname(path)]!;
    const caching = IMMUTABLE.test(path) ? 'immutable' : 'private';
    const { plain, brotli } = this.#files.get(path)!;
    const chosen = acceptsBrotli(accepted) ? brotli : undefined;
    const response = content(chosen ?? plain, { type, caching });
    response.headers.set('content-security-policy', PAGE_POLICY);
    if (brotli !== undefined) response.headers.set('vary', 'accept-encoding');
    if (chosen !== undefined) response.headers.set('content-encoding', 'br');
    return response;
  }
}

/** A file's bytes, and what they are sent as to whoever takes Brotli, where that is less. */
interface StaticFile {
  readonly plain: Uint8Array;
  readonly brotli: Uint8Array | undefined;
}

function readStaticFile(path: string): StaticFile {
  const plain = readFileSync(path);
  if (!COMPRESSED.has(extname(path))) return { plain, brotli: undefined };
  const brotli = brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY } });
  return { plain, brotli: brotli.length < plain.length ? brotli : undefined };
}

/** Whether `accept-encoding` names Brotli, and not with a weight of zero (RFC 9110, section 12.5.3). */
function acceptsBrotli(accepted: string): boolean {
  return accepted.split(',').some((one) => {
    const [coding, ...parameters] = one.split(';').map((part) => part.trim().toLowerCase());
    return coding === 'br' && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}
