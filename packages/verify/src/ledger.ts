import { IDENTITY, type Point } from '@assay/field';
import { decodeSignals, type SignalsOf, tallyOf } from '@assay/statements';
import { dsseSignedBy, type SignatureCheck } from './dsse.ts';
import type { Entry } from './entry.ts';
import type { Envelope, Predicate, ProofContext, ProofPredicate, RegistrationPredicate } from './envelope.ts';
import { VerifyError } from './error.ts';
import { judgeProof, judgeWithdrawal } from './judge-proof.ts';
import { judgeRegistration } from './judge-registration.ts';
import { ACCEPTED, type Judgement, rejected } from './judgement.ts';
import { parseRegistration, type SlotBody } from './registration.ts';
import { Registry } from './registry.ts';
import { isPrunable } from './retention.ts';
import { type ArchivedFairness, ScopeBook } from './scope-book.ts';
import { SeenStatements } from './seen-statements.ts';
import type { Trust } from './trust.ts';
import type { ClosingKind, Intake, Window } from './windows.ts';

/** The window that a removed envelope belonged to. */
export interface PrunedPlace {
  readonly scope: string;
  readonly window: number;
}

/** Where an intake stands. */
interface Place {
  readonly book: ScopeBook;
  readonly position: number;
}

/**
 * The state that an archive's entries add up to, and the rules that need it. `judge` decides about one more envelope and
 * changes nothing; `apply` takes over an archived entry. The verifier and the offline check run this same code, so an
 * archive that replays without contradiction is one that the rules allow.
 */
export class Ledger {
  readonly registry = new Registry();
  readonly seen = new SeenStatements();
  readonly #trust: Trust;
  readonly #isSignedBy: SignatureCheck;
  readonly #intakes = new Map<bigint, Place>();
  readonly #digests = new Set<string>();
  readonly #books = new Map<string, ScopeBook>();
  #latest = 0;

  /** @param isSignedBy `dsseSignedBy`, or what gives the same answers sooner: see `signatureCheck` */
  constructor(trust: Trust, isSignedBy: SignatureCheck = dsseSignedBy) {
    this.#trust = trust;
    this.#isSignedBy = isSignedBy;
  }

  /** Receipt time of the last entry, milliseconds since 1970: no later entry has an earlier one. */
  get latest(): number {
    return this.#latest;
  }

  intake(applicantCommitment: bigint): Intake | undefined {
    const place = this.#intakes.get(applicantCommitment);
    return place?.book.at(place.position);
  }

  intakes(scope: string): readonly Intake[] {
    return this.#books.get(scope)?.intakes ?? [];
  }

  /** The intakes of a scope that no closing has ended, in order of admission. */
  openIntakes(scope: string): Iterable<Intake> {
    return this.#books.get(scope)?.openIntakes() ?? [];
  }

  /** The intakes of a scope that were closed past their deadline. */
  lateIntakes(scope: string): Iterable<Intake> {
    return this.#books.get(scope)?.lateIntakes() ?? [];
  }

  slots(scope: string): readonly SlotBody[] {
    return this.#books.get(scope)?.slots ?? [];
  }

  /** The slot of a scope in which a time lies. */
  slotAt(scope: string, time: number): SlotBody | undefined {
    return this.#books.get(scope)?.slotAt(time);
  }

  fairness(scope: string): readonly ArchivedFairness[] {
    return this.#books.get(scope)?.fairness ?? [];
  }

  /** Windows of a scope as they stand at `now`. */
  windows(scope: string, now: number): Window[] {
    const tMin = ({ pin }: Intake): number => this.registry.fairnessPolicy(pin.scope.fairnessPolicyHash)!.document.tMin;
    return this.#books.get(scope)?.windows(scope, now, tMin) ?? [];
  }

  /** The keys of which an envelope has to be signed by one; undefined where nobody can sign it. */
  signersOf(predicate: Predicate): readonly Uint8Array[] | undefined {
    switch (predicate.type) {
      case 'proof':
        return this.registry.bankKeys(predicate.context.bank);
      case 'withdrawal':
        return this.registry.bankKeys(predicate.bank);
      case 'registration': {
        const { kind, body } = predicate;
        if (kind === 'model') return typeof body.bank === 'string' ? this.#trust.validators.get(body.bank) : undefined;
        return Object.hasOwn(this.#trust.authorities, kind)
          ? this.#trust.authorities[kind as keyof Trust['authorities']]
          : undefined;
      }
    }
  }

  /** Check 1: whose signature the envelope has to carry, and whether it does. Registrations answer to their authority. */
  judgeSignature(envelope: Envelope): Judgement {
    const keys = this.signersOf(envelope.predicate);
    if (keys === undefined) return rejected('signature', 'AUTHORITY_UNKNOWN');
    const signed = keys.some((key) => this.#isSignedBy(envelope.dsse, key));
    if (signed) return ACCEPTED;
    return rejected('signature', keys.length === 0 ? 'SIGNER_UNKNOWN' : 'SIGNATURE_INVALID');
  }

  /** Checks 6 to 8, for an envelope that passed the others, received at `now`. `table` is a fairness statement's ciphertext. */
  judge(envelope: Envelope, now: number, table?: Uint8Array): Judgement {
    const { predicate } = envelope;
    switch (predicate.type) {
      case 'registration':
        return judgeRegistration(predicate, this, now);
      case 'withdrawal':
        return judgeWithdrawal(predicate, this);
      case 'proof':
        return judgeProof(predicate, this, now, table);
    }
  }

  /** Takes over an archived entry; `envelope` is its blob (absent for rejected ones). Throws on what `judge` would refuse to read. */
  apply(index: number, entry: Entry, envelope: Envelope | undefined): void {
    this.#place(index, entry);
    if (entry.kind === 'rejected') return;
    if (envelope === undefined) throw new VerifyError('archive', `entry ${index}: its envelope is missing`);
    const { predicate } = envelope;
    switch (predicate.type) {
      case 'registration':
        this.#applyRegistration(predicate, envelope.digest, entry.receivedAt);
        return;
      case 'withdrawal':
        this.#close(predicate.applicantCommitment, 'withdrawal', index, entry.receivedAt, IDENTITY);
        return;
      case 'proof':
        this.#applyProof(index, entry.receivedAt, envelope.digest, predicate);
    }
  }

  /** Takes over an archived entry whose envelope was removed when its retention ended: what it said, and its window, are not known. */
  applyPruned(index: number, entry: Entry, { scope, window }: PrunedPlace): void {
    if (!isPrunable(entry)) throw new VerifyError('archive', `entry ${index}: its envelope has to be kept`);
    this.#place(index, entry);
    this.#book(scope).prune(window);
  }

  /** Whether the envelopes of a window were removed, so that no statement about it can be compared with them. */
  isPruned(scope: string, window: number): boolean {
    return this.#books.get(scope)?.isPruned(window) ?? false;
  }

  /** What every entry has to keep to, whatever it says. */
  #place(index: number, entry: Entry): void {
    if (entry.receivedAt < this.#latest)
      throw new VerifyError('archive', `entry ${index}: receivedAt is before the entry before it`);
    if (entry.registryHead !== this.registry.head)
      throw new VerifyError('archive', `entry ${index}: registryHead is not the registry's`);
    if (this.#digests.has(entry.payload.sha256))
      throw new VerifyError('archive', `entry ${index}: its envelope has an entry before`);
    this.#digests.add(entry.payload.sha256);
    this.#latest = entry.receivedAt;
  }

  #applyRegistration(predicate: RegistrationPredicate, digest: string, time: number): void {
    const registration = parseRegistration(predicate.kind, predicate.body);
    this.registry.apply(registration, digest, time);
    if (registration.kind === 'slot') this.#book(registration.scope).addSlot(registration);
  }

  #applyProof(index: number, receivedAt: number, digest: string, predicate: ProofPredicate): void {
    const { statement, publicSignals, context } = predicate;
    this.seen.add(predicate);
    switch (statement) {
      case 'eligibility':
        this.#admit(index, receivedAt, decodeSignals(statement, publicSignals)!, context);
        return;
      case 'conformance':
        this.registry.addConformance(digest, { bank: context.bank, signals: decodeSignals(statement, publicSignals)! });
        return;
      case 'decision': {
        const signals = decodeSignals(statement, publicSignals)!;
        if (signals.referred === 1n) this.#refer(signals.applicantCommitment, index);
        else this.#close(signals.applicantCommitment, statement, index, receivedAt, tallyOf(signals));
        return;
      }
      case 'manual-decision': {
        const signals = decodeSignals(statement, publicSignals)!;
        this.#close(signals.applicantCommitment, statement, index, receivedAt, tallyOf(signals));
        return;
      }
      case 'fairness': {
        const s = decodeSignals(statement, publicSignals)!;
        const verdicts = [s.verdict0, s.verdict1, s.verdict2, s.verdict3].map(Number);
        this.#book(context.scope!).addFairness({
          index,
          window: context.window!,
          manualOnly: context.closings === 'manual',
          verdicts,
          partitionsHash: s.partitionsHash,
        });
      }
    }
  }

  #admit(index: number, receivedAt: number, signals: SignalsOf<'eligibility'>, context: ProofContext): void {
    const scope = context.scope!;
    const book = this.#book(scope);
    this.#intakes.set(signals.applicantCommitment, { book, position: book.intakes.length });
    book.admit({
      index,
      receivedAt,
      bank: context.bank,
      scope,
      applicantCommitment: signals.applicantCommitment,
      eligibilityCommitment: signals.eligibilityCommitment,
      pin: this.registry.pin(scope)!,
      referredBy: undefined,
      closing: undefined,
    });
  }

  #refer(applicantCommitment: bigint, index: number): void {
    const { book, position } = this.#openIntake(applicantCommitment, index);
    book.refer(position, index);
  }

  #close(applicantCommitment: bigint, kind: ClosingKind, index: number, receivedAt: number, tally: Point): void {
    const { book, position } = this.#openIntake(applicantCommitment, index);
    book.close(position, { kind, index, receivedAt, tally });
  }

  #openIntake(applicantCommitment: bigint, index: number): Place {
    const place = this.#intakes.get(applicantCommitment);
    if (place === undefined || place.book.at(place.position)!.closing !== undefined)
      throw new VerifyError('archive', `entry ${index}: closes no open intake`);
    return place;
  }

  #book(scope: string): ScopeBook {
    const known = this.#books.get(scope);
    if (known !== undefined) return known;
    const book = new ScopeBook();
    this.#books.set(scope, book);
    return book;
  }
}
