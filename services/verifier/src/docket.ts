import type { TraceContext } from '@assay/bus';
import type { Groth16Verifier } from '@assay/groth16';
import {
  bankOf,
  checkEnvelope,
  checkProof,
  type Entry,
  type Envelope,
  encodeEntry,
  type Judgement,
  kindOf,
  type Ledger,
  statementOf,
  type Trust,
} from '@assay/verify';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Waiting as Pending } from './event-data.ts';
import type { WorkStore } from './work-store.ts';

/** An entry to append: what was decided about an envelope. */
export interface Decision {
  readonly index: number;
  readonly envelope: Envelope;
  readonly leaf: Uint8Array;
  readonly blobs: readonly Uint8Array[];
  readonly trace: TraceContext | undefined;
  /** Whether it was pending before. */
  readonly waited: boolean;
}

/** What comes with an envelope. */
interface Accompaniment {
  readonly table: Uint8Array | undefined;
  readonly trace: TraceContext | undefined;
}

/** An envelope that waits for a predecessor. */
interface Waiting extends Accompaniment {
  readonly envelope: Envelope;
  readonly firstReceivedAt: number;
  code: string;
  /** Whether this process has checked its proof: that holds for ever, the rest depends on the ledger. */
  proofChecked: boolean;
}

/** A judgement that makes an entry. */
export type Decided = Exclude<Judgement, { readonly result: 'pending' }>;

/** A judgement that makes no entry: nobody is named by bytes that nobody signed. */
type Unsigned = Decided & { readonly result: 'rejected'; readonly check: 'signature' };

export function isUnsigned(judgement: Judgement): judgement is Unsigned {
  return judgement.result === 'rejected' && judgement.check === 'signature';
}

/**
 * Decides about envelopes and takes the decisions over into the ledger at once, so that the next envelope is judged by
 * them; whoever calls appends them, in order, or gives the ledger up.
 */
export class Docket {
  readonly #ledger: Ledger;
  readonly #trust: Trust;
  readonly #verifier: Groth16Verifier;
  readonly #work: WorkStore;
  readonly #waiting = new Map<string, Waiting>();

  constructor(ledger: Ledger, trust: Trust, verifier: Groth16Verifier, work: WorkStore) {
    this.#ledger = ledger;
    this.#trust = trust;
    this.#verifier = verifier;
    this.#work = work;
  }

  /** Takes up an envelope that waited when the process ended. */
  restore(envelope: Envelope, kept: Accompaniment & { readonly firstReceivedAt: number; readonly code: string }): void {
    this.#waiting.set(envelope.digest, { ...kept, envelope, proofChecked: false });
  }

  /** What is to be said of an envelope that waits. */
  waiting(digest: string): Pending {
    const { envelope, code, firstReceivedAt } = this.#waiting.get(digest)!;
    return { result: 'pending', digest, code, receivedAt: firstReceivedAt, about: aboutOf(envelope) };
  }

  /** Digests of the envelopes that have waited since before `time`. */
  waitingSince(time: number): readonly string[] {
    return [...this.#waiting.values()]
      .filter(({ firstReceivedAt }) => firstReceivedAt < time)
      .map(({ envelope }) => envelope.digest);
  }

  /** Judges an envelope as of now. Changes nothing but what waits. */
  judge(envelope: Envelope, { table, trace }: Accompaniment, now: number): Judgement {
    const known = this.#waiting.get(envelope.digest);
    const given = known ?? { table, trace };
    const judgement = known?.proofChecked
      ? this.#ledger.judge(envelope, now, given.table)
      : checkEnvelope(envelope, this.#ledger, this.#trust, now, given.table, (proved) =>
          checkProof(proved, this.#trust, this.#verifier),
        );
    if (judgement.result === 'pending') this.#wait(envelope, given, judgement.code, known?.firstReceivedAt ?? now);
    return judgement;
  }

  /** Takes a judgement over: entry `index`, and after it, where it was accepted, what waited for it. */
  decide(
    envelope: Envelope,
    judgement: Decided,
    { table, trace }: Accompaniment,
    index: number,
    now: number,
  ): readonly Decision[] {
    const given = this.#waiting.get(envelope.digest) ?? { table, trace };
    const decision = this.#decide(envelope, judgement, given, index, now);
    return judgement.result === 'accepted' ? [decision, ...this.retry(index + 1, now)] : [decision];
  }

  /** Judges what waits for a window to end, which time alone brings about, from entry `index` on. */
  retryTimely(index: number, now: number): readonly Decision[] {
    const timely = [...this.#waiting.values()].some(({ code }) => code === 'WINDOW_OPEN');
    return timely ? this.retry(index, now) : [];
  }

  /** Judges what waits, from entry `index` on, until a round decides nothing: each decided one may be what another waits for. */
  retry(index: number, now: number): Decision[] {
    const decisions: Decision[] = [];
    for (let before = -1; before < decisions.length; ) {
      before = decisions.length;
      for (const waiting of [...this.#waiting.values()]) {
        const decision = this.#retryOne(waiting, index + decisions.length, now);
        if (decision !== undefined) decisions.push(decision);
      }
    }
    return decisions;
  }

  #retryOne(waiting: Waiting, index: number, now: number): Decision | undefined {
    const { envelope } = waiting;
    const judgement = this.judge(envelope, waiting, now);
    if (judgement.result === 'pending') return undefined;
    if (isUnsigned(judgement)) {
      // The trust configuration changed meanwhile: nobody answers for these bytes any more.
      this.#waiting.delete(envelope.digest);
      this.#work.settle(envelope.digest);
      return undefined;
    }
    return this.#decide(envelope, judgement, waiting, index, now);
  }

  #wait(envelope: Envelope, { table, trace }: Accompaniment, code: string, firstReceivedAt: number): void {
    const { digest, bytes } = envelope;
    const changed = this.#waiting.get(digest)?.code !== code;
    this.#waiting.set(digest, { envelope, table, trace, code, firstReceivedAt, proofChecked: true });
    if (changed) this.#work.put({ digest, bytes, table, code, firstReceivedAt, trace });
  }

  #decide(
    envelope: Envelope,
    judgement: Decided,
    { table, trace }: Accompaniment,
    index: number,
    now: number,
  ): Decision {
    const accepted = judgement.result === 'accepted';
    const attachment = accepted && isFairness(envelope) ? table : undefined;
    const entry = this.#describe(envelope, judgement, attachment, now);
    this.#ledger.apply(index, entry, accepted ? envelope : undefined);
    const waited = this.#waiting.delete(envelope.digest);
    const blobs = accepted ? [envelope.bytes, ...(attachment ? [attachment] : [])] : [];
    return { index, envelope, leaf: encodeEntry(entry), blobs, trace, waited };
  }

  #describe(envelope: Envelope, judgement: Judgement, attachment: Uint8Array | undefined, now: number): Entry {
    const statement = statementOf(envelope);
    const bank = bankOf(envelope);
    return {
      kind: judgement.result === 'accepted' ? kindOf(envelope) : 'rejected',
      ...(statement !== undefined && { statement }),
      ...(bank !== undefined && { bank }),
      receivedAt: now,
      registryHead: this.#ledger.registry.head,
      payload: { sha256: envelope.digest, size: envelope.bytes.length },
      ...(attachment && { attachments: [bytesToHex(sha256(attachment))] }),
      ...(judgement.result === 'rejected' && { reason: judgement.code }),
    };
  }
}

function isFairness(envelope: Envelope): boolean {
  return statementOf(envelope) === 'fairness';
}

/** What an envelope is about, by the names that events use. */
function aboutOf({ predicate }: Envelope): Readonly<Record<string, string>> {
  switch (predicate.type) {
    case 'proof': {
      const { statement, context, publicSignals } = predicate;
      return {
        statement,
        ...(context.scope !== undefined && { scope: context.scope }),
        ...(statement !== 'fairness' && { subject: String(publicSignals[0]) }),
      };
    }
    case 'withdrawal':
      return { kind: 'withdrawal', scope: predicate.scope, subject: String(predicate.applicantCommitment) };
    case 'registration':
      return { kind: 'registration' };
  }
}
