import { parseTlogProof } from '@assay/tlog';
import {
  checkProof,
  dsseSignedBy,
  type Envelope,
  envelopeDigest,
  type Head,
  kindOf,
  matchesTable,
  type ProofPredicate,
  parseEnvelope,
  statementOf,
  type Trust,
} from '@assay/verify';
import { BROWSER_CHECKS, type BrowserCheck, type CheckResult, type Subject } from './check.ts';
import { checkInclusion, entryOf, openReceipt } from './receipt-checks.ts';
import { findSigner } from './registered-key.ts';

/** Checks that a look at the proof consists of; the verifying function names the first that fails. */
const PROOF_CHECKS = ['verification-key', 'public-signals', 'points', 'proof'] as const;

/**
 * Checks an archived envelope and its receipt with nothing but the trust document: each result is given as soon as it is
 * there, in the order of `BROWSER_CHECKS`, all of them in the end. What an earlier failure leaves without meaning is not run;
 * the receipt is looked at in any case.
 */
export function* checkSubject(subject: Subject, trust: Trust): Generator<CheckResult> {
  const report = new Report();
  const envelope = yield* checkBytes(subject, report);
  if (envelope !== undefined) yield* checkClaims(envelope, subject, trust, report);
  yield* report.skipRest('entry', 'the envelope could not be read');
  yield* checkReceipt(subject, envelope, trust, report);
}

/** Gives results, and keeps to their order. */
class Report {
  #next = 0;

  /** Runs one check; what it throws is why it failed. */
  *run<T>(
    name: BrowserCheck,
    check: () => { readonly detail: string; readonly value: T },
  ): Generator<CheckResult, T | undefined> {
    const started = performance.now();
    try {
      const { detail, value } = check();
      yield this.#result(name, 'passed', detail, performance.now() - started);
      return value;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      yield this.#result(name, 'failed', why, performance.now() - started);
      return undefined;
    }
  }

  *skip(name: BrowserCheck, detail: string): Generator<CheckResult> {
    yield this.#result(name, 'not-run', detail, 0);
  }

  *give(
    name: BrowserCheck,
    outcome: CheckResult['outcome'],
    detail: string,
    milliseconds: number,
  ): Generator<CheckResult> {
    yield this.#result(name, outcome, detail, milliseconds);
  }

  /** Reports all that have not been, up to `before`, as not run. */
  *skipRest(before: BrowserCheck | undefined, detail: string): Generator<CheckResult> {
    const end = before === undefined ? BROWSER_CHECKS.length : BROWSER_CHECKS.indexOf(before);
    while (this.#next < end) yield* this.skip(BROWSER_CHECKS[this.#next]!, detail);
  }

  #result(name: BrowserCheck, outcome: CheckResult['outcome'], detail: string, milliseconds: number): CheckResult {
    this.#next = BROWSER_CHECKS.indexOf(name) + 1;
    return { name, outcome, detail, milliseconds };
  }
}

function* checkBytes({ digest, envelope }: Subject, report: Report): Generator<CheckResult, Envelope | undefined> {
  if (envelope === undefined) {
    yield* report.skip('digest', 'the archive does not hold the envelope’s bytes');
    return undefined;
  }
  const isAsked = yield* report.run('digest', () => {
    if (envelopeDigest(envelope) !== digest) throw new Error('the bytes that came are not those of this digest');
    return { detail: `${envelope.length.toLocaleString('en')} bytes hash to the digest in the address`, value: true };
  });
  if (!isAsked) return undefined;
  return yield* report.run('form', () => {
    const value = parseEnvelope(envelope);
    return { detail: 'an envelope in canonical form, whose subject is the proof that it carries', value };
  });
}

function* checkClaims(envelope: Envelope, subject: Subject, trust: Trust, report: Report): Generator<CheckResult> {
  const { predicate } = envelope;
  if (predicate.type === 'registration') {
    yield* checkAuthority(envelope, trust, report);
    yield* report.skipRest('entry', 'a registration has no proof');
    return;
  }
  const signer = yield* report.run('signer', () => {
    const value = findSigner(envelope, subject.bankKeys, trust);
    const own = subject.receipt === undefined ? undefined : parseTlogProof(subject.receipt).index;
    if (own !== undefined && own <= value.index)
      throw new Error('the key was registered after this statement was logged');
    return {
      detail: `registered for the bank in entry ${value.index}, signed by the authority, and in the log`,
      value,
    };
  });
  if (signer === undefined) yield* report.skip('signature', 'there is no key to check it with');
  else {
    yield* report.run('signature', () => {
      if (!dsseSignedBy(envelope.dsse, signer.publicKey)) throw new Error('the bank’s key did not sign these bytes');
      return { detail: 'Ed25519 over the statement, by the bank’s key', value: true };
    });
  }
  if (predicate.type === 'withdrawal') {
    yield* report.skipRest('entry', 'a withdrawal has no proof');
    return;
  }
  yield* checkProved({ predicate, proof: envelope.proof }, trust, report);
  yield* checkTable(predicate, subject.table, report);
}

function* checkAuthority(envelope: Envelope, trust: Trust, report: Report): Generator<CheckResult> {
  const { predicate } = envelope;
  if (predicate.type !== 'registration') return;
  const keys = yield* report.run('signer', () => {
    const value = authorityKeys(predicate.kind, predicate.body.bank, trust);
    if (value === undefined || value.length === 0) throw new Error('the trust document names no authority for it');
    return {
      detail: `the trust document names ${value.length === 1 ? 'one key' : `${value.length} keys`} for this kind`,
      value,
    };
  });
  if (keys === undefined) return;
  yield* report.run('signature', () => {
    if (!keys.some((key) => dsseSignedBy(envelope.dsse, key))) throw new Error('no key of the authority signed it');
    return { detail: 'Ed25519 over the registration, by the authority’s key', value: true };
  });
}

function authorityKeys(kind: string, bank: unknown, trust: Trust): readonly Uint8Array[] | undefined {
  if (kind === 'model') return typeof bank === 'string' ? trust.validators.get(bank) : undefined;
  return Object.hasOwn(trust.authorities, kind) ? trust.authorities[kind as keyof Trust['authorities']] : undefined;
}

/** The verifier's checks 2 to 5, by the same code. */
function* checkProved(
  proved: { readonly predicate: ProofPredicate; readonly proof: Uint8Array },
  trust: Trust,
  report: Report,
): Generator<CheckResult> {
  const started = performance.now();
  const judgement = checkProof(proved, trust);
  const milliseconds = performance.now() - started;
  const failed = judgement.result === 'accepted' ? undefined : judgement;
  const at = failed === undefined ? PROOF_CHECKS.length : PROOF_CHECKS.indexOf(failed.check as 'proof');
  const details = {
    'verification-key': `the key of ${proved.predicate.circuit} that the trust document pins`,
    'public-signals': `${proved.predicate.publicSignals.length} field elements, as many as the key takes, each below the group order`,
    points: 'three points on their curves and in their groups',
    proof: `the Groth16 pairing equation holds (${milliseconds.toFixed(0)} ms)`,
  };
  for (const [i, name] of PROOF_CHECKS.entries()) {
    if (i < at) yield* report.give(name, 'passed', details[name], name === 'proof' ? milliseconds : 0);
    else if (i === at) yield* report.give(name, 'failed', failed!.code, milliseconds);
    else yield* report.skip(name, 'a check before it failed');
  }
}

function* checkTable(
  { statement, publicSignals }: ProofPredicate,
  table: Uint8Array | undefined,
  report: Report,
): Generator<CheckResult> {
  if (statement !== 'fairness') return yield* report.skip('table', 'only a fairness statement has a table');
  if (table === undefined) return yield* report.skip('table', 'the archive does not hold the table’s bytes');
  yield* report.run('table', () => {
    const hash = publicSignals.at(-1);
    if (hash === undefined || !matchesTable(hash, table))
      throw new Error('the encrypted table is not the one that was proved');
    return { detail: 'the encrypted table hashes to the last public signal', value: true };
  });
}

function* checkReceipt(
  { digest, envelope: bytes, leaf, receipt }: Subject,
  envelope: Envelope | undefined,
  trust: Trust,
  report: Report,
): Generator<CheckResult> {
  if (leaf === undefined || receipt === undefined)
    return yield* report.skipRest(undefined, 'it is not in the log yet: there is no receipt');
  const entry = yield* report.run('entry', () => {
    const value = entryOf(leaf, digest, bytes);
    const fits = envelope === undefined || value.kind === 'rejected' || value.kind === kindOf(envelope);
    if (!fits || (envelope !== undefined && value.statement !== statementOf(envelope)))
      throw new Error('the entry records another kind of envelope');
    return { detail: `the log’s entry names this envelope as ${value.kind}`, value };
  });
  const opened = yield* report.run('checkpoint', () => {
    const value = openReceipt(receipt, trust);
    return {
      detail: `signed by ${value.checkpoint.origin} over ${value.checkpoint.size.toLocaleString('en')} entries`,
      value,
    };
  });
  if (entry === undefined || opened === undefined) {
    yield* report.skip('inclusion', 'a check before it failed');
  } else {
    yield* report.run('inclusion', () => {
      checkInclusion(leaf, opened.proof, opened.checkpoint);
      return {
        detail: `${opened.proof.proof.length} hashes lead from entry ${opened.proof.index} to the checkpoint’s root`,
        value: true,
      };
    });
  }
  yield* checkCosignatures(opened, trust, report);
}

/** Whether as many log witnesses cosigned as the trust document requires; where it requires none, whoever did is named. */
function* checkCosignatures(head: Head | undefined, trust: Trust, report: Report): Generator<CheckResult> {
  const { witnesses, requiredWitnesses: required } = trust;
  if (witnesses.length === 0) return yield* report.skip('cosignatures', 'the trust document names no log witness');
  if (head === undefined) return yield* report.skip('cosignatures', 'a check before it failed');
  const { cosigners } = head;
  if (cosigners.length === 0 && required === 0)
    return yield* report.skip('cosignatures', 'no log witness has cosigned this checkpoint, and none is required');
  yield* report.run('cosignatures', () => {
    const names = cosigners.map(({ name, at }) => `${name} at ${new Date(at).toISOString()}`).join(', ');
    if (cosigners.length < required) throw new Error(`${cosigners.length} cosigned, ${required} are required`);
    return { detail: `cosigned by ${names}; ${required} required`, value: true };
  });
}
