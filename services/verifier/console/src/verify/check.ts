/** What is checked in the browser, in this order. Those that the verifier has too bear its names. */
export const BROWSER_CHECKS = [
  'digest',
  'form',
  'signer',
  'signature',
  'verification-key',
  'public-signals',
  'points',
  'proof',
  'table',
  'entry',
  'checkpoint',
  'inclusion',
  'cosignatures',
] as const;
export type BrowserCheck = (typeof BROWSER_CHECKS)[number];

/** How a check ended. `not-run`: one that it builds on failed, or it does not apply; `detail` says which. */
export interface CheckResult {
  readonly name: BrowserCheck;
  readonly outcome: 'passed' | 'failed' | 'not-run';
  /** What was found, in words. */
  readonly detail: string;
  readonly milliseconds: number;
}

/** A registered bank key as the archive holds it: the envelope, its entry and its receipt. */
export interface RegisteredKey {
  readonly envelope: Uint8Array;
  readonly leaf: Uint8Array;
  readonly receipt: Uint8Array;
}

/** An archived envelope, with all that is needed to believe it; `undefined` where the archive has no such bytes. */
export interface Subject {
  /** The digest that was asked for, hex. */
  readonly digest: string;
  readonly envelope: Uint8Array | undefined;
  readonly table: Uint8Array | undefined;
  readonly leaf: Uint8Array | undefined;
  readonly receipt: Uint8Array | undefined;
  /** The keys registered for its bank. None for a registration: its authority stands in the trust document. */
  readonly bankKeys: readonly RegisteredKey[];
}

/** What the page asks of the worker. */
export interface VerifyRequest {
  readonly subject: Subject;
  /** The trust document's bytes. */
  readonly trust: Uint8Array;
}

/** What the worker answers: each check as it ends, then the end. `broken` says why nothing could be checked. */
export type VerifyReply =
  | { readonly type: 'check'; readonly result: CheckResult }
  | { readonly type: 'done' }
  | { readonly type: 'broken'; readonly why: string };
