import { IDENTITY, isInSubgroup, type Point, pointEquals } from '@assay/field';
import { decodeSignals, provesFamily, type SignalsOf, type StatementKind, tallyOf } from '@assay/statements';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { dsseSignedBy, type SignatureCheck } from './dsse.ts';
import type { Entry } from './entry.ts';
import type {
  Envelope,
  Predicate,
  ProofContext,
  ProofPredicate,
  RegistrationPredicate,
  WithdrawalPredicate,
} from './envelope.ts';
import { VerifyError } from './error.ts';
import { judgeRegistration } from './judge-registration.ts';
import { ACCEPTED, type Judgement, pending, rejected } from './judgement.ts';
import { parseRegistration, type SlotBody } from './registration.ts';
import { Registry, type TreeKind } from './registry.ts';
import { isPrunable } from './retention.ts';
import { scopeElement } from './scope.ts';
import { type ArchivedFairness, ScopeBook } from './scope-book.ts';
import { expectedTally } from './slot-account.ts';
import { matchesTable } from './table.ts';
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
  readonly #trust: Trust;
  readonly #isSignedBy: SignatureCheck;
  readonly #intakes = new Map<bigint, Place>();
  readonly #nullifiers = new Set<bigint>();
  readonly #credentials = new Set<bigint>();
  readonly #statements = new Set<string>();
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

  /** Check 1: whose signature the envelope has to carry, and whether it does. Registrations answer to their authority. */
  judgeSignature(envelope: Envelope): Judgement {
    const keys = this.#signers(envelope.predicate);
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
        return this.#judgeWithdrawal(predicate);
      case 'proof':
        return this.#judgeProof(predicate, now, table);
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

  #signers(predicate: Predicate): readonly Uint8Array[] | undefined {
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

  #judgeProof(predicate: ProofPredicate, now: number, table: Uint8Array | undefined): Judgement {
    const judgement = this.#judgeStatement(predicate, now, table);
    if (judgement.result !== 'accepted') return judgement;
    return this.#statements.has(statementKey(predicate)) ? rejected('uniqueness', 'DUPLICATE_STATEMENT') : ACCEPTED;
  }

  #judgeStatement(
    { statement, circuit, publicSignals, context }: ProofPredicate,
    now: number,
    table: Uint8Array | undefined,
  ): Judgement {
    switch (statement) {
      case 'eligibility':
        return this.#judgeIntake(decodeSignals(statement, publicSignals)!, context, now);
      case 'conformance':
        return this.#judgeConformance(decodeSignals(statement, publicSignals)!, circuit);
      case 'decision':
        return this.#judgeDecision(decodeSignals(statement, publicSignals)!, context, circuit);
      case 'manual-decision':
        return this.#judgeManualDecision(decodeSignals(statement, publicSignals)!, context);
      case 'fairness':
        return this.#judgeFairness(decodeSignals(statement, publicSignals)!, context, now, table);
    }
  }

  #judgeIntake(signals: SignalsOf<'eligibility'>, context: ProofContext, now: number): Judgement {
    const scope = context.scope!;
    if (signals.scope !== scopeElement(scope)) return rejected('context', 'SCOPE_MISMATCH');
    if (signals.audience !== scopeElement(context.bank)) return rejected('context', 'AUDIENCE_MISMATCH');
    const pin = this.registry.pin(scope);
    if (pin === undefined) return pending('context', 'SCOPE_MISSING');
    if (pin.modelCommitment === undefined) return pending('context', 'MODEL_MISSING');
    if (signals.policyHash !== pin.scope.policyHash) return rejected('context', 'POLICY_NOT_IN_FORCE');
    const { schemaId, rootGraceSeconds } = pin.scope;
    const inForce = (kind: TreeKind, root: bigint): boolean =>
      this.registry.rootInForce(kind, schemaId, root, now, rootGraceSeconds);
    const rootsHold =
      inForce('issuer-root', signals.issuerRoot) &&
      inForce('revocation-root', signals.revocationRoot) &&
      inForce('screening-root', signals.screeningRoot);
    if (!rootsHold) return rejected('context', 'ROOT_NOT_IN_FORCE');
    const today = BigInt(Math.floor(now / 86_400_000));
    if (signals.asOf !== today && signals.asOf !== today - 1n) return rejected('context', 'AS_OF_NOT_TODAY');

    const { applicantCommitment, nullifier, credentialNullifier } = signals;
    if (applicantCommitment === 0n || nullifier === 0n || credentialNullifier === 0n)
      return rejected('uniqueness', 'ZERO_IDENTIFIER');
    if (this.#intakes.has(applicantCommitment)) return rejected('uniqueness', 'DUPLICATE_APPLICANT');
    if (this.#nullifiers.has(nullifier)) return rejected('uniqueness', 'DUPLICATE_NULLIFIER');
    if (this.#credentials.has(credentialNullifier)) return rejected('uniqueness', 'DUPLICATE_CREDENTIAL');
    return ACCEPTED;
  }

  #judgeConformance(signals: SignalsOf<'conformance'>, circuit: string): Judgement {
    if (this.registry.schema(signals.schemaId) === undefined) return rejected('context', 'SCHEMA_NOT_IN_FORCE');
    return provesFamily('conformance', circuit, signals.family) ? ACCEPTED : rejected('context', 'FAMILY_MISMATCH');
  }

  /**
   * Uniqueness comes before the slot's rules: a replay is named for what it is. A model's commitment covers its family, so
   * another family's circuit has no witness for it; that its proof is refused all the same rests on no hash.
   */
  #judgeDecision(signals: SignalsOf<'decision'>, context: ProofContext, circuit: string): Judgement {
    const intake = this.intake(signals.applicantCommitment);
    if (intake === undefined) return pending('slot', 'INTAKE_MISSING');
    if (intake.scope !== context.scope) return rejected('context', 'SCOPE_MISMATCH');
    if (signals.modelCommitment !== intake.pin.modelCommitment) return rejected('context', 'MODEL_NOT_IN_FORCE');
    if (intake.pin.modelFamily === undefined || !provesFamily('decision', circuit, intake.pin.modelFamily))
      return rejected('context', 'FAMILY_MISMATCH');
    if (signals.partitionsHash !== intake.pin.scope.partitionsHash)
      return rejected('context', 'PARTITIONS_NOT_IN_FORCE');
    if (signals.eligibilityCommitment !== intake.eligibilityCommitment)
      return rejected('context', 'ELIGIBILITY_MISMATCH');
    if (this.#statements.has(statementKeyOf('decision', Object.values(signals))))
      return rejected('uniqueness', 'DUPLICATE_STATEMENT');
    if (intake.closing !== undefined) return rejected('slot', 'INTAKE_CLOSED');
    if (intake.referredBy !== undefined) return rejected('slot', 'INTAKE_REFERRED');
    if (signals.referred > 1n) return rejected('public-signals', 'PUBLIC_SIGNAL_OUT_OF_RANGE');
    return isInSubgroup(tallyOf(signals)) ? ACCEPTED : rejected('slot', 'TALLY_POINT');
  }

  #judgeManualDecision(signals: SignalsOf<'manual-decision'>, context: ProofContext): Judgement {
    const intake = this.intake(signals.applicantCommitment);
    if (intake === undefined) return pending('slot', 'INTAKE_MISSING');
    if (intake.scope !== context.scope) return rejected('context', 'SCOPE_MISMATCH');
    if (signals.partitionsHash !== intake.pin.scope.partitionsHash)
      return rejected('context', 'PARTITIONS_NOT_IN_FORCE');
    if (signals.eligibilityCommitment !== intake.eligibilityCommitment)
      return rejected('context', 'ELIGIBILITY_MISMATCH');
    if (this.#statements.has(statementKeyOf('manual-decision', Object.values(signals)))) {
      return rejected('uniqueness', 'DUPLICATE_STATEMENT');
    }
    if (intake.closing !== undefined) return rejected('slot', 'INTAKE_CLOSED');
    if (intake.referredBy === undefined) return pending('slot', 'REFERRAL_MISSING');
    return isInSubgroup(tallyOf(signals)) ? ACCEPTED : rejected('slot', 'TALLY_POINT');
  }

  #judgeFairness(
    signals: SignalsOf<'fairness'>,
    context: ProofContext,
    now: number,
    table: Uint8Array | undefined,
  ): Judgement {
    const scope = context.scope!;
    const window = this.windows(scope, now).find((known) => known.window === context.window);
    if (window === undefined || window.state === 'OPEN') return pending('slot', 'WINDOW_OPEN');
    const manualOnly = context.closings === 'manual';
    const { pin } = window.intakes[0]!;
    const { counts } = window;
    if (signals.partitionsHash !== pin.scope.partitionsHash) return rejected('context', 'PARTITIONS_NOT_IN_FORCE');
    if (signals.fairnessPolicyHash !== pin.scope.fairnessPolicyHash)
      return rejected('context', 'FAIRNESS_POLICY_NOT_IN_FORCE');
    if (this.fairness(scope).some((known) => known.window === window.window && known.manualOnly === manualOnly)) {
      return rejected('uniqueness', 'WINDOW_PROVED');
    }
    if (counts.open > 0) return pending('slot', 'WINDOW_INCOMPLETE');
    if (counts.withdrawn * 1000 > counts.intakes * pin.scope.withdrawalCeilingPermille)
      return rejected('slot', 'WITHDRAWALS_OVER_CEILING');
    const expected = expectedTally(window, manualOnly);
    if (signals.total !== BigInt(expected.total)) return rejected('slot', 'TOTAL_MISMATCH');
    if (!pointEquals(tallyOf(signals), expected.tally)) return rejected('slot', 'TALLY_MISMATCH');
    return judgeTable(signals.tableCiphertextHash, table);
  }

  #judgeWithdrawal(predicate: WithdrawalPredicate): Judgement {
    const intake = this.intake(predicate.applicantCommitment);
    if (intake === undefined) return pending('slot', 'INTAKE_MISSING');
    if (intake.scope !== predicate.scope) return rejected('context', 'SCOPE_MISMATCH');
    return intake.closing === undefined ? ACCEPTED : rejected('slot', 'INTAKE_CLOSED');
  }

  #applyRegistration(predicate: RegistrationPredicate, digest: string, time: number): void {
    const registration = parseRegistration(predicate.kind, predicate.body);
    this.registry.apply(registration, digest, time);
    if (registration.kind === 'slot') this.#book(registration.scope).addSlot(registration);
  }

  #applyProof(index: number, receivedAt: number, digest: string, predicate: ProofPredicate): void {
    const { statement, publicSignals, context } = predicate;
    this.#statements.add(statementKey(predicate));
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
    this.#nullifiers.add(signals.nullifier);
    this.#credentials.add(signals.credentialNullifier);
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

function judgeTable(hash: bigint, table: Uint8Array | undefined): Judgement {
  if (table === undefined) return rejected('slot', 'TABLE_MISSING');
  return matchesTable(hash, table) ? ACCEPTED : rejected('slot', 'TABLE_MISMATCH');
}

function statementKey(predicate: ProofPredicate): string {
  return statementKeyOf(predicate.statement, predicate.publicSignals);
}

function statementKeyOf(statement: StatementKind, publicSignals: readonly bigint[]): string {
  return bytesToHex(sha256(utf8ToBytes(`${statement}:${publicSignals.join(',')}`)));
}
