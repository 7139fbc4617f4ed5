/** Where the token lies while the tab is open; closing it forgets the token. */
const KEY = 'assay.token';
const listeners = new Set<() => void>();

/** What a token is written with, as the verifier reads it. */
export const TOKEN_PATTERN = /^[A-Za-z0-9_-]{8,100}$/;

/** Why the examiner is asked to sign in again. */
export type SignedOut = 'never' | 'refused' | 'left';

let reason: SignedOut = 'never';

/** The examiner's token, if one has signed in. */
export function token(): string | undefined {
  return sessionStorage.getItem(KEY) ?? undefined;
}

/** Why there is no token. */
export function signedOut(): SignedOut {
  return reason;
}

export function signIn(given: string): void {
  sessionStorage.setItem(KEY, given);
  announce();
}

/** Forgets the token: the examiner leaves, or the server refuses it. */
export function signOut(why: Exclude<SignedOut, 'never'>): void {
  sessionStorage.removeItem(KEY);
  reason = why;
  announce();
}

/** Calls `listener` after each sign-in and sign-out; gives what ends it. */
export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Takes a token out of the address (`#token=...`, from the line that the demo prints) and removes it there at once, so that
 * it is neither seen, copied nor kept in the history.
 */
export function takeTokenFromAddress(): void {
  const { token: given, rest } = splitToken(location.hash);
  if (given === undefined) return;
  history.replaceState(undefined, '', `${location.pathname}${rest}`);
  if (TOKEN_PATTERN.test(given)) signIn(given);
  // Whoever follows the address has seen the one with the token.
  dispatchEvent(new HashChangeEvent('hashchange'));
}

/** A fragment without its token, and the token. The page to open may follow it: `#token=...&page=/archive`. */
export function splitToken(hash: string): { readonly token: string | undefined; readonly rest: string } {
  if (!hash.startsWith('#token=')) return { token: undefined, rest: hash };
  const parameters = new URLSearchParams(hash.slice(1));
  const page = parameters.get('page') ?? '/';
  return { token: parameters.get('token') ?? undefined, rest: `#${page.startsWith('/') ? page : '/'}` };
}

function announce(): void {
  for (const listener of listeners) listener();
}
