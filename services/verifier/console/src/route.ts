import { useLayoutEffect, useState } from 'preact/hooks';

/** A page of the console and what it is narrowed to; it stands behind the `#` of the address, so that the server needs no rule for it. */
export interface Route {
  /** Parts of the path, decoded: `['statements', digest]`. None for the overview. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

/** Reads the part of an address from the `#` on. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s);
  return { path: path.split('/').filter(Boolean).map(decoded), query: new URLSearchParams(query) };
}

/** The address of a page; empty and absent parameters are left out. */
export function href(
  path: readonly (string | number)[],
  query: Readonly<Record<string, string | number | undefined>> | URLSearchParams = {},
): string {
  const pairs = query instanceof URLSearchParams ? [...query] : Object.entries(query);
  const given = pairs.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, String(value)]]));
  const search = given.length > 0 ? `?${new URLSearchParams(given)}` : '';
  return `#/${path.map((part) => encodeURIComponent(part)).join('/')}${search}`;
}

/** The page that the address names, followed as it changes. */
export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  // At once, not after the first paint: the address may change before.
  useLayoutEffect(() => {
    const follow = (): void => setRoute(parseRoute(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
}

/** Goes to another page; with `replace`, the one before is not kept in the history. */
export function goTo(address: string, { replace = false } = {}): void {
  if (replace) location.replace(address);
  else location.hash = address;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // A part that nobody encoded is taken as it stands.
  }
}
