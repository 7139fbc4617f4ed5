import {
  encodeReasonsSignals,
  openingKey,
  outcomeCommitment,
  paddedReasons,
  type ReasonsSignals,
  reasonsCommitment,
} from '@assay/statements';
import { ed25519NoteSigner, encodeTlogProof, leafHash, nodeHash, signCheckpoint } from '@assay/tlog';
import { encodeEntry } from '../src/entry.ts';
import type { Envelope } from '../src/envelope.ts';
import type { JsonObject } from '../src/json.ts';
import type { Notice, NoticeEntry, NoticeReasons } from '../src/notice/notice.ts';
import { bankOf, kindOf, statementOf } from '../src/replay.ts';
import { simulateProof } from './simulated-keys.ts';
import {
  BANK,
  bodies,
  conformance,
  decision,
  MODEL,
  manualDecision,
  modelRegistration,
  NOON,
  ORIGIN,
  reasonRules,
  reasons,
  registration,
  SCOPE,
  schema,
  secrets,
} from './world.ts';

// Notices over a small log that is signed for real; proofs under keys whose secrets the test knows.

/** The secret that an applicant knows. */
export const SUBJECT = 424_242n;
const COMMITMENT = 31_337n;
const KEY = openingKey(SUBJECT, COMMITMENT);
/** The slot of `income`. */
const INCOME = 6;
export const INCOME_REASON = {
  slot: INCOME,
  attribute: 'income',
  label: schema.bySlot.get(INCOME)!.label,
  code: '1',
  text: 'Debt-to-income ratio',
};

/** What a notice's log holds, in order; tests replace some of it. */
export interface NoticeLog {
  readonly bankKey: Envelope;
  readonly model: Envelope;
  readonly decision: Envelope;
}

/** A log with a bank's key, its model and a decision that ends so. */
export async function noticeLog(
  outcome: Notice['outcome'],
  slots: readonly number[],
  changes: { readonly manual?: boolean; readonly signals?: object; readonly model?: JsonObject } = {},
): Promise<NoticeLog> {
  const signals = {
    applicantCommitment: COMMITMENT,
    outcomeCommitment: outcomeCommitment(outcome, KEY),
    reasonsCommitment: reasonsCommitment(outcome, paddedReasons(slots), KEY),
    ...changes.signals,
  };
  return {
    bankKey: await registration('bank-key', bodies['bank-key']),
    model: await modelRegistration(await conformance(), { reasons, ...changes.model }),
    decision: await (changes.manual === true ? manualDecision : decision)(1, signals),
  };
}

/** Entries of a log with these envelopes, each with its receipt under the log's key, or another one. */
export async function logged(
  envelopes: readonly Envelope[],
  secret: Uint8Array = secrets.log,
): Promise<readonly NoticeEntry[]> {
  const leaves = envelopes.map((envelope, i) => {
    const bank = bankOf(envelope);
    const statement = statementOf(envelope);
    return encodeEntry({
      kind: kindOf(envelope),
      ...(statement && { statement }),
      ...(bank !== undefined && { bank }),
      receivedAt: NOON + 1000 * i,
      registryHead: '0'.repeat(64),
      payload: { sha256: envelope.digest, size: envelope.bytes.length },
    });
  });
  const hashes = leaves.map(leafHash);
  const signer = ed25519NoteSigner(ORIGIN, secret);
  const checkpoint = await signCheckpoint({ origin: ORIGIN, size: hashes.length, root: rootOf(hashes) }, [signer]);
  return envelopes.map(({ bytes }, index) => ({
    leaf: leaves[index]!,
    envelope: bytes,
    receipt: encodeTlogProof({ index, proof: pathOf(hashes, index), checkpoint }),
  }));
}

/** The notice over such a log. */
export async function noticeOf(log: NoticeLog, outcome: Notice['outcome'], told?: NoticeReasons): Promise<Notice> {
  const [bankKey, model, entry] = await logged([log.bankKey, log.model, log.decision]);
  return {
    bank: BANK,
    scope: SCOPE,
    outcome,
    applicantCommitment: COMMITMENT,
    openingKey: KEY,
    decision: entry!,
    bankKey: bankKey!,
    model: model!,
    ...(told && { reasons: told }),
  };
}

/** The reasons of a decline by the score, proved. */
export function scoreReasons(changes: Partial<Record<keyof ReasonsSignals, bigint>> = {}): NoticeReasons {
  const publicSignals = encodeReasonsSignals({
    applicantCommitment: COMMITMENT,
    modelCommitment: MODEL,
    baselineHash: reasonRules.baselineHash,
    outcomeCommitment: outcomeCommitment('declined', KEY),
    reasonsCommitment: reasonsCommitment('declined', paddedReasons([INCOME]), KEY),
    ...changes,
  });
  return {
    basis: 'score',
    schema: schema.document,
    named: [INCOME_REASON],
    proof: { circuit: 'reasons-additive', proof: simulateProof('reasons-additive', publicSignals) },
  };
}

/** A decline by the score with its log. */
export async function declinedNotice(): Promise<Notice> {
  return await noticeOf(await noticeLog('declined', [INCOME]), 'declined', scoreReasons());
}

/** The root of RFC 6962, section 2.1. */
function rootOf(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 1) return hashes[0]!;
  const split = splitOf(hashes.length);
  return nodeHash(rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split)));
}

/** The audit path of RFC 6962, section 2.1.1. */
function pathOf(hashes: readonly Uint8Array[], index: number): Uint8Array[] {
  if (hashes.length === 1) return [];
  const split = splitOf(hashes.length);
  return index < split
    ? [...pathOf(hashes.slice(0, split), index), rootOf(hashes.slice(split))]
    : [...pathOf(hashes.slice(split), index - split), rootOf(hashes.slice(0, split))];
}

function splitOf(size: number): number {
  return 2 ** Math.floor(Math.log2(size - 1));
}
