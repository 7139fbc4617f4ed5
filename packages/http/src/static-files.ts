import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
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
/** Where a build puts files that have their digest in their name. */
const IMMUTABLE = /^\/assets\//;

/**
 * The pages of a folder that was built, read once: a path is looked up among them, so none leads out of the folder. Files of
 * a kind that pages have no use for are left out, as are links.
 */
export class StaticFiles {
  readonly #files: ReadonlyMap<string, Uint8Array>;

  /** @throws Error where there is no such folder, or no `index.html` in it */
  constructor(folder: string) {
    const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
    const files = entries.filter((entry) => entry.isFile() && Object.hasOwn(TYPES, extname(entry.name)));
    this.#files = new Map(
      files.map(({ parentPath, name }) => {
        const path = join(parentPath, name);
        return [`/${relative(folder, path).split(sep).join('/')}`, readFileSync(path)];
      }),
    );
    if (!this.#files.has(PAGE)) throw new Error(`${folder} has no index.html`);
  }

  /** The file at a path; for a path that names no file, the page, which has paths of its own. */
  respond(pathname: string): Response | undefined {
    const path = this.#files.has(pathname) ? pathname : PAGE;
    // A missing script is no page.
    if (path === PAGE && extname(pathname) !== '' && pathname !== PAGE) return undefined;
    const type = TYPES[extname(path)]!;
    const caching = IMMUTABLE.test(path) ? 'immutable' : 'private';
    const response = content(this.#files.get(path)!, { type, caching });
    response.headers.set('content-security-policy', PAGE_POLICY);
    return response;
  }
}
