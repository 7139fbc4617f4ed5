import { decodeSignals } from '@assay/statements';
import { sha256Hex } from '@assay/tlog';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { ProofPredicate } from './envelope.ts';

/** What a log's statements have used up: no later one may use it again. */
export class SeenStatements {
  readonly #nullifiers = new Set<bigint>();
  readonly #credentials = new Set<bigint>();
  readonly #statements = new Set<string>();

  hasNullifier(nullifier: bigint): boolean {
    return this.#nullifiers.has(nullifier);
  }

  /** Whether an intake has used the financial credential with this nullifier. */
  hasCredential(credentialNullifier: bigint): boolean {
    return this.#credentials.has(credentialNullifier);
  }

  /** Whether a statement of the same kind has had the same public signals. Not for intakes: their nullifiers say more. */
  has(predicate: ProofPredicate): boolean {
    return predicate.statement !== 'eligibility' && this.#statements.has(keyOf(predicate));
  }

  /** Takes over an accepted statement. */
  add(predicate: ProofPredicate): void {
    if (predicate.statement !== 'eligibility') {
      this.#statements.add(keyOf(predicate));
      return;
    }
    const signals = decodeSignals(predicate.statement, predicate.publicSignals)!;
    this.#nullifiers.add(signals.nullifier);
    this.#credentials.add(signals.credentialNullifier);
  }
}

/** Kept for as long as the predicate is: it is asked for when a statement is judged, and when it is taken over. */
const keys = new WeakMap<ProofPredicate, string>();

function keyOf(predicate: ProofPredicate): string {
  const known = keys.get(predicate);
  if (known !== undefined) return known;
  const key = sha256Hex(utf8ToBytes(`${predicate.statement}:${predicate.publicSignals.join(',')}`));
  keys.set(predicate, key);
  return key;
}
