import { decodeSignals } from '@assay/statements';
import type { Entry } from '../entry.ts';
import type { ProofPredicate } from '../envelope.ts';
import type { ReplayedEntry } from '../replay.ts';

/** How many entries of a range have nothing to do with its window. */
export interface LeftOut {
  /** Of other banks: shown as leaves. */
  readonly otherBanks: number;
  /** Of other scopes of the bank. */
  readonly otherScopes: number;
  /** About intakes and windows from before the range. */
  readonly earlier: number;
}

/** Whether an entry of a bundle has its envelope beside it: registrations, conformance statements, and whatever is the bank's. */
export function hasEnvelope({ kind, statement, bank }: Entry, bankOfScope: string): boolean {
  if (kind === 'rejected') return false;
  return kind === 'registration' || statement === 'conformance' || bank === bankOfScope;
}

/**
 * Chooses, entry by entry, what a bundle's window depends on: all registrations and conformance statements, and of the scope what is about
 * intakes of the range. As the range is complete, an intake that is not in it came before it.
 */
export class Selection {
  readonly #scope: string;
  readonly #window: number;
  /** Index of the entry that shows that the range begins before the window does; undefined when it begins with the scope. */
  readonly #boundary: number | undefined;
  readonly #intakes = new Set<bigint>();
  #otherScopes = 0;
  #earlier = 0;

  constructor(scope: string, window: number, boundary: number | undefined) {
    this.#scope = scope;
    this.#window = window;
    this.#boundary = boundary;
  }

  leftOut(otherBanks: number): LeftOut {
    return { otherBanks, otherScopes: this.#otherScopes, earlier: this.#earlier };
  }

  /** Asked of each entry, in order. */
  takes({ index, envelope }: ReplayedEntry): boolean {
    if (envelope === undefined) return true;
    const { predicate } = envelope;
    if (predicate.type === 'registration') return true;
    if (predicate.type === 'proof' && predicate.statement === 'conformance') return true;
    const scope = predicate.type === 'withdrawal' ? predicate.scope : predicate.context.scope;
    if (scope !== this.#scope) {
      this.#otherScopes++;
      return false;
    }
    const concerned =
      predicate.type === 'withdrawal'
        ? this.#intakes.has(predicate.applicantCommitment)
        : this.#concerns(index, predicate);
    if (!concerned) this.#earlier++;
    return concerned;
  }

  #concerns(index: number, { statement, publicSignals, context }: ProofPredicate): boolean {
    const signals = decodeSignals(statement, publicSignals);
    // What has another number of signals is no statement: taken, so that the replay refuses it.
    if (signals === undefined) return true;
    if (statement === 'fairness') return this.#boundary === undefined || context.window! >= this.#window;
    const applicant = publicSignals[0]!;
    if (statement !== 'eligibility') return this.#intakes.has(applicant);
    if (index === this.#boundary) return false;
    this.#intakes.add(applicant);
    return true;
  }
}
