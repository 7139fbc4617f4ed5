import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sumPoints } from '@assay/field';
import { type Groth16Verifier, nobleVerifier } from '@assay/groth16/verifier';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { Bench } from '../test/bench.ts';
import { fairness } from '../test/fairness.ts';
import { BANK, decision, intake, NOON, SCOPE, signers, slot, tallyOf, trust, withdrawal } from '../test/world.ts';
import { decodeEntry, type Entry, encodeEntry } from './entry.ts';
import { type Envelope, sealEnvelope } from './envelope.ts';
import { replay } from './replay.ts';

/** A log with an entry of each kind, a rejected one and a fairness statement with its table included. */
async function fullLog(): Promise<Bench> {
  const bench = await Bench.ready([await slot(1, NOON, NOON + 1000)]);
  for (const n of [1, 2, 3]) await bench.accept(intake(n));
  await bench.accept(decision(1));
  await bench.accept(decision(2));
  await bench.accept(withdrawal(3));
  bench.now = NOON + 1000;
  const { envelope, table } = await fairness(1, 2, sumPoints([tallyOf(1), tallyOf(2)]));
  await bench.accept(envelope, table);
  return bench;
}

const log = await fullLog();
const entries = log.leaves.map(decodeEntry);
const find = (holds: (entry: Entry) => boolean): number => entries.findIndex(holds);
const INTAKE = find(({ statement }) => statement === 'eligibility');
const DECISION = find(({ statement }) => statement === 'decision');
const WITHDRAWAL = find(({ kind }) => kind === 'withdrawal');
const FAIRNESS = find(({ statement }) => statement === 'fairness');

const CHECK = { check: true };

/** The log with one entry changed. */
function withEntry(index: number, changes: Partial<Entry>) {
  const leaves = log.leaves.with(index, encodeEntry({ ...entries[index]!, ...changes }));
  return log.source({ leaves });
}

test('a log replays to the ledger that wrote it, checked or not', async () => {
  for (const check of [true, false]) {
    const seen: number[] = [];
    const ledger = await replay(log.source(), trust, { check, onEntry: ({ index }) => seen.push(index) });
    assert.equal(ledger.registry.head, log.ledger.registry.head);
    assert.equal(ledger.latest, log.ledger.latest);
    assert.equal(ledger.windows(SCOPE, NOON + 1000)[0]!.state, 'PROVED');
    assert.deepEqual(
      seen,
      entries.map((_, i) => i),
    );
  }
});

const TAMPERED: Readonly<Record<string, () => ReturnType<Bench['source']>>> = {
  'a leaf that is none': () => log.source({ leaves: log.leaves.with(INTAKE, utf8ToBytes('{}')) }),
  'an entry left out': () => log.source({ leaves: log.leaves.toSpliced(3, 1) }),
  'an intake left out': () => log.source({ leaves: log.leaves.toSpliced(INTAKE, 1) }),
  'a decision left out: the tally is another': () => log.source({ leaves: log.leaves.toSpliced(DECISION, 1) }),
  'an entry twice': () => log.source({ leaves: log.leaves.toSpliced(WITHDRAWAL, 0, log.leaves[WITHDRAWAL]!) }),
  'two entries the other way round': () =>
    log.source({ leaves: log.leaves.with(INTAKE, log.leaves[DECISION]!).with(DECISION, log.leaves[INTAKE]!) }),
  'an earlier time than the entry before': () => withEntry(DECISION, { receivedAt: NOON - 1 }),
  'a time at which it was not yet to be accepted': () =>
    log.source({
      leaves: log.leaves.with(FAIRNESS, encodeEntry({ ...entries[FAIRNESS]!, receivedAt: NOON + 999 })),
    }),
  'another registry head': () => withEntry(DECISION, { registryHead: '00'.repeat(32) }),
  'another kind': () => withEntry(WITHDRAWAL, { kind: 'registration' }),
  'another statement': () => withEntry(DECISION, { statement: 'eligibility' }),
  'another bank': () => withEntry(DECISION, { bank: 'other' }),
  'another size': () => withEntry(DECISION, { payload: { ...entries[DECISION]!.payload, size: 1 } }),
  'another envelope': () => withEntry(DECISION, { payload: entries[INTAKE]!.payload }),
  'a fairness statement without its table': () => {
    const { attachments: _, ...entry } = entries[FAIRNESS]!;
    return log.source({ leaves: log.leaves.with(FAIRNESS, encodeEntry(entry)) });
  },
  'an attachment where none belongs': () => withEntry(DECISION, { attachments: entries[FAIRNESS]!.attachments! }),
  'another table': () => withEntry(FAIRNESS, { attachments: ['00'.repeat(32)] }),
};

for (const [what, source] of Object.entries(TAMPERED)) {
  test(`a tampered log does not replay, and the entry is named: ${what}`, async () => {
    await assert.rejects(replay(source(), trust, CHECK), { code: 'archive', message: /^entry \d+: / });
  });
}

test('an accepted entry that was none names the check that it fails', async () => {
  const bench = await Bench.ready();
  bench.append(await intake(1, { policyHash: 5n }));
  await assert.rejects(replay(bench.source(), trust, CHECK), {
    message: /^entry \d+: not accepted by check context: POLICY_NOT_IN_FORCE$/,
  });
});

/** An intake under the proof of another, signed by the bank. */
async function misproved(n: number): Promise<Envelope> {
  const [{ predicate }, other] = [await intake(n), await intake(n + 1)];
  return sealEnvelope(predicate, other.proof, signers.bank);
}

test('proofs are verified together, and a bad one stops the replay at its own entry', async () => {
  const bench = await Bench.ready();
  for (const envelope of [await intake(1), await misproved(2), await misproved(4), await intake(6)])
    bench.append(envelope);
  const bad = bench.leaves.length - 3;
  const batches: number[] = [];
  const verifier: Groth16Verifier = {
    ...nobleVerifier,
    verifyBatch(claims, options) {
      batches.push(claims.length);
      return nobleVerifier.verifyBatch(claims, options);
    },
  };
  const seen: number[] = [];
  const onEntry = ({ index }: { index: number }) => seen.push(index);
  await assert.rejects(replay(bench.source(), trust, { check: true, verifier, onEntry }), {
    code: 'archive',
    message: `entry ${bad}: not accepted by check proof: PROOF_INVALID`,
  });
  assert.equal(seen.at(-1), bad - 1);
  assert.deepEqual(batches, [5]);
});

test('what fails first in the log is named, though later proofs were looked at before', async () => {
  const bench = await Bench.ready();
  bench.append(await intake(1, { policyHash: 5n }));
  bench.append(await misproved(2));
  await assert.rejects(replay(bench.source(), trust, CHECK), { message: /check context: POLICY_NOT_IN_FORCE$/ });
});

test('an envelope that is not kept stops the replay of an accepted entry', async () => {
  const blobs = new Map(log.blobs);
  blobs.delete(entries[DECISION]!.payload.sha256);
  await assert.rejects(replay(log.source({ blobs }), trust, CHECK), { message: /its envelope is missing/ });
});

test('a rejected entry needs no envelope, and keeps its place', async () => {
  const rejected: Entry = {
    kind: 'rejected',
    statement: 'decision',
    bank: BANK,
    receivedAt: NOON + 1000,
    registryHead: log.ledger.registry.head,
    payload: { sha256: 'ab'.repeat(32), size: 5 },
    reason: 'INTAKE_CLOSED',
  };
  const ledger = await replay(log.source({ leaves: [...log.leaves, encodeEntry(rejected)] }), trust, CHECK);
  assert.equal(ledger.latest, NOON + 1000);
  const attached = { ...rejected, attachments: ['ab'.repeat(32)] };
  await assert.rejects(replay(log.source({ leaves: [...log.leaves, encodeEntry(attached)] }), trust, CHECK), {
    code: 'archive',
  });
});
