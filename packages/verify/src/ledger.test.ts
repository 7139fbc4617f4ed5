import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sumPoints } from '@assay/field';
import { encryptTable, type SignalsOf, tableCiphertextHash } from '@assay/statements';
import { Bench, beginning } from '../test/bench.ts';
import { verificationKeys } from '../test/simulated-keys.ts';
import {
  BANK,
  bodies,
  commitmentOf,
  conformance,
  DAY,
  decision,
  fairnessPolicy,
  intake,
  jsonBytes,
  manualDecision,
  modelRegistration,
  NOON,
  partitions,
  referral,
  registration,
  SCOPE,
  schema,
  signers,
  slot,
  statement,
  TODAY,
  tallyOf,
  trustJson,
  withdrawal,
} from '../test/world.ts';
import { checkEnvelope } from './check.ts';
import { type Envelope, type ProofContext, sealEnvelope } from './envelope.ts';
import { Ledger } from './ledger.ts';
import { scopeElement } from './scope.ts';
import { formatTable } from './table.ts';
import { parseTrust } from './trust.ts';

const OTHER_SCOPE = 'acme/consumer/2026q2';
const FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** A log, an envelope, and what has to be said of it. */
interface Case {
  readonly log: () => Promise<Bench>;
  readonly envelope: (bench: Bench) => Envelope | Promise<Envelope>;
  readonly table?: Uint8Array;
  readonly says: string;
}

const table = encryptTable(fairnessPolicy, new Array<bigint>(7).fill(0n), 5n, tallyOf(1));

/** The fairness statement that a window with applicants `1..n`, all decided, needs. */
function fairness(
  counted: readonly number[],
  changes: Partial<Record<keyof SignalsOf<'fairness'>, bigint>> = {},
  context: Partial<ProofContext> = {},
): Promise<Envelope> {
  const tally = sumPoints(counted.map(tallyOf));
  const signals = {
    tallyX: tally.x,
    tallyY: tally.y,
    total: BigInt(counted.length),
    partitionsHash: partitions.hash,
    fairnessPolicyHash: fairnessPolicy.hash,
    verdict0: 1n,
    verdict1: 0n,
    verdict2: 0n,
    verdict3: 0n,
    tableCiphertextHash: tableCiphertextHash(table),
    ...changes,
  };
  return statement('fairness', 'fairness', signals as SignalsOf<'fairness'>, {
    bank: BANK,
    scope: SCOPE,
    window: 1,
    closings: 'all',
    ...context,
  });
}

const ready = (): Promise<Bench> => Bench.ready();
const logged =
  (...envelopes: readonly (() => Promise<Envelope>)[]) =>
  async (): Promise<Bench> => {
    const bench = await Bench.ready();
    for (const envelope of envelopes) bench.append(await envelope());
    return bench;
  };
/** Two intakes in slot 1, closed by `closings`; an hour later the slot is over. */
const window =
  (...closings: readonly (() => Promise<Envelope>)[]) =>
  async (): Promise<Bench> => {
    const bench = await Bench.ready([await slot(1, NOON, NOON + 1000)]);
    bench.append(await intake(1));
    bench.append(await intake(2));
    for (const closing of closings) bench.append(await closing());
    bench.now = NOON + 1000;
    return bench;
  };
const closed = window(
  () => decision(1),
  () => decision(2),
);
const proof = await intake(1);
if (proof.predicate.type !== 'proof') throw new Error('an intake is a proof');
const claim = proof.predicate;
const reproved = (changes: object, bytes: Uint8Array = proof.proof): Promise<Envelope> =>
  sealEnvelope({ ...claim, ...changes }, bytes, signers.bank);

/** Bytes of a proof with one part replaced: A is 32 bytes, B 64, C 32. */
function proofWith(offset: number, part: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(proof.proof);
  bytes.set(part, offset);
  return bytes;
}

const CASES: Readonly<Record<string, Case>> = {
  'an intake': { log: ready, envelope: () => proof, says: 'accepted' },

  // Check 1
  'a statement of a bank without a key': {
    log: async () => new Bench(),
    envelope: () => proof,
    says: 'rejected signature SIGNER_UNKNOWN',
  },
  'a statement signed by another': {
    log: ready,
    envelope: () => sealEnvelope(claim, proof.proof, signers.stranger),
    says: 'rejected signature SIGNATURE_INVALID',
  },
  'a withdrawal signed by another': {
    log: logged(() => intake(1)),
    envelope: () =>
      sealEnvelope(
        { type: 'withdrawal', bank: BANK, scope: SCOPE, applicantCommitment: commitmentOf(1), reason: 'erasure' },
        new Uint8Array(),
        signers.stranger,
      ),
    says: 'rejected signature SIGNATURE_INVALID',
  },
  'a registration of a kind that has no authority': {
    log: ready,
    envelope: () => registration('holiday', {}, signers.regulator),
    says: 'rejected signature AUTHORITY_UNKNOWN',
  },
  'a registration of a kind that every object has': {
    log: ready,
    envelope: () => registration('constructor', {}, signers.regulator),
    says: 'rejected signature AUTHORITY_UNKNOWN',
  },
  'a policy that the bank signed': {
    log: ready,
    envelope: () => registration('policy', bodies.policy, signers.bank),
    says: 'rejected signature SIGNATURE_INVALID',
  },
  'a model that the regulator signed': {
    log: ready,
    envelope: async () => registration('model', { bank: BANK }, signers.regulator),
    says: 'rejected signature SIGNATURE_INVALID',
  },
  'a model of a bank without a validator': {
    log: ready,
    envelope: async () => registration('model', { bank: 'other' }),
    says: 'rejected signature AUTHORITY_UNKNOWN',
  },

  // Checks 2 to 5
  'an unknown circuit': {
    log: ready,
    envelope: () => reproved({ circuit: 'eligibility-2' }),
    says: 'rejected verification-key CIRCUIT_UNKNOWN',
  },
  'the circuit of another statement': {
    log: ready,
    envelope: () => reproved({ circuit: 'fairness' }),
    says: 'rejected verification-key CIRCUIT_UNKNOWN',
  },
  'another verification key': {
    log: ready,
    envelope: () => reproved({ verificationKey: '00'.repeat(32) }),
    says: 'rejected verification-key VERIFICATION_KEY_NOT_PINNED',
  },
  'a public signal too few': {
    log: ready,
    envelope: () => reproved({ publicSignals: claim.publicSignals.slice(0, -1) }),
    says: 'rejected public-signals PUBLIC_SIGNAL_COUNT',
  },
  'a public signal too many': {
    log: ready,
    envelope: () => reproved({ publicSignals: [...claim.publicSignals, 0n] }),
    says: 'rejected public-signals PUBLIC_SIGNAL_COUNT',
  },
  'a public signal plus the order of the field': {
    log: ready,
    envelope: () => reproved({ publicSignals: claim.publicSignals.map((s, i) => (i === 6 ? s + FIELD : s)) }),
    says: 'rejected public-signals PUBLIC_SIGNAL_OUT_OF_RANGE',
  },
  'too few public signals and a proof that is none: the first failed check is named': {
    log: ready,
    envelope: () => reproved({ publicSignals: [] }, new Uint8Array(3)),
    says: 'rejected public-signals PUBLIC_SIGNAL_COUNT',
  },
  'a short proof': {
    log: ready,
    envelope: () => reproved({}, proof.proof.slice(1)),
    says: 'rejected points PROOF_ENCODING',
  },
  'a coordinate that is not below q': {
    log: ready,
    envelope: () => reproved({}, proofWith(0, new Array(32).fill(0xff))),
    says: 'rejected points PROOF_ENCODING',
  },
  'an x that no point of the curve has': {
    log: ready,
    envelope: () => reproved({}, proofWith(0, [0x80, ...new Array(30).fill(0), 4])),
    says: 'rejected points PROOF_ENCODING',
  },
  infinity: {
    log: ready,
    envelope: () => reproved({}, proofWith(0, [0x40, ...new Array(31).fill(0)])),
    says: 'rejected points PROOF_ENCODING',
  },
  'a point of the twist that is not in G2': {
    log: ready,
    envelope: () => reproved({}, proofWith(32, [0x80, ...new Array(62).fill(0), 1])),
    says: 'rejected points PROOF_POINT',
  },
  'a proof of other public signals': {
    log: ready,
    envelope: async () => reproved({}, (await intake(2)).proof),
    says: 'rejected proof PROOF_INVALID',
  },

  // Intakes
  'an intake in a scope that is not registered': {
    log: ready,
    envelope: () => intake(1, { scope: scopeElement(OTHER_SCOPE) }, { bank: BANK, scope: OTHER_SCOPE }),
    says: 'pending context SCOPE_MISSING',
  },
  'an intake whose proof names another scope': {
    log: ready,
    envelope: () => intake(1, { scope: scopeElement(OTHER_SCOPE) }),
    says: 'rejected context SCOPE_MISMATCH',
  },
  'an intake for another bank': {
    log: ready,
    envelope: () => intake(1, { audience: 5n }),
    says: 'rejected context AUDIENCE_MISMATCH',
  },
  'an intake before there is a model': {
    log: () => Bench.registered(),
    envelope: () => intake(1),
    says: 'pending context MODEL_MISSING',
  },
  'an intake under another policy': {
    log: ready,
    envelope: () => intake(1, { policyHash: 5n }),
    says: 'rejected context POLICY_NOT_IN_FORCE',
  },
  'an intake under another issuer root': {
    log: ready,
    envelope: () => intake(1, { issuerRoot: 5n }),
    says: 'rejected context ROOT_NOT_IN_FORCE',
  },
  'an intake under another revocation root': {
    log: ready,
    envelope: () => intake(1, { revocationRoot: 5n }),
    says: 'rejected context ROOT_NOT_IN_FORCE',
  },
  'an intake under another screening root': {
    log: ready,
    envelope: () => intake(1, { screeningRoot: 5n }),
    says: 'rejected context ROOT_NOT_IN_FORCE',
  },
  'an intake as of yesterday': { log: ready, envelope: () => intake(1, { asOf: TODAY - 1n }), says: 'accepted' },
  'an intake as of the day before yesterday': {
    log: ready,
    envelope: () => intake(1, { asOf: TODAY - 2n }),
    says: 'rejected context AS_OF_NOT_TODAY',
  },
  'an intake as of tomorrow': {
    log: ready,
    envelope: () => intake(1, { asOf: TODAY + 1n }),
    says: 'rejected context AS_OF_NOT_TODAY',
  },
  'an applicant commitment of zero': {
    log: ready,
    envelope: () => intake(1, { applicantCommitment: 0n }),
    says: 'rejected uniqueness ZERO_IDENTIFIER',
  },
  'a nullifier of zero': {
    log: ready,
    envelope: () => intake(1, { nullifier: 0n }),
    says: 'rejected uniqueness ZERO_IDENTIFIER',
  },
  'a credential nullifier of zero': {
    log: ready,
    envelope: () => intake(1, { credentialNullifier: 0n }),
    says: 'rejected uniqueness ZERO_IDENTIFIER',
  },
  'an applicant for the second time': {
    log: logged(() => intake(1)),
    envelope: () => intake(2, { applicantCommitment: commitmentOf(1) }),
    says: 'rejected uniqueness DUPLICATE_APPLICANT',
  },
  'a nullifier for the second time': {
    log: logged(() => intake(1)),
    envelope: () => intake(2, { nullifier: 30_001n }),
    says: 'rejected uniqueness DUPLICATE_NULLIFIER',
  },
  'a credential for the second time': {
    log: logged(() => intake(1)),
    envelope: () => intake(2, { credentialNullifier: 40_001n }),
    says: 'rejected uniqueness DUPLICATE_CREDENTIAL',
  },

  // Conformance
  'conformance over an unknown schema': {
    log: ready,
    envelope: () => conformance({ schemaId: 5n as never }),
    says: 'rejected context SCHEMA_NOT_IN_FORCE',
  },
  'conformance of another family': {
    log: ready,
    envelope: () => conformance({ family: 2n as never }),
    says: 'rejected context FAMILY_MISMATCH',
  },
  'conformance of a family by the circuit of another': {
    log: ready,
    envelope: () => conformance({ modelCommitment: 6n as never }, 'conformance-trees'),
    says: 'rejected context FAMILY_MISMATCH',
  },
  'conformance of a family by its own circuit': {
    log: ready,
    envelope: () => conformance({ modelCommitment: 6n as never, family: 3n as never }, 'conformance-trees'),
    says: 'accepted',
  },
  'conformance for the second time': {
    log: ready,
    envelope: () => conformance(),
    says: 'rejected uniqueness DUPLICATE_STATEMENT',
  },

  // Decisions
  'a decision': { log: logged(() => intake(1)), envelope: () => decision(1), says: 'accepted' },
  'a referral': { log: logged(() => intake(1)), envelope: () => referral(1), says: 'accepted' },
  'a decision before its intake': { log: ready, envelope: () => decision(1), says: 'pending slot INTAKE_MISSING' },
  'a decision by the circuit of another family than the model is of': {
    log: logged(() => intake(1)),
    envelope: () => decision(1, {}, { bank: BANK, scope: SCOPE }, 'decision-trees-32x4'),
    says: 'rejected context FAMILY_MISMATCH',
  },
  'a decision in another scope than its intake': {
    log: logged(() => intake(1)),
    envelope: () => decision(1, {}, { bank: BANK, scope: OTHER_SCOPE }),
    says: 'rejected context SCOPE_MISMATCH',
  },
  'a decision by another model': {
    log: logged(() => intake(1)),
    envelope: () => decision(1, { modelCommitment: 5n }),
    says: 'rejected context MODEL_NOT_IN_FORCE',
  },
  'a decision with other partitions': {
    log: logged(() => intake(1)),
    envelope: () => decision(1, { partitionsHash: 5n }),
    says: 'rejected context PARTITIONS_NOT_IN_FORCE',
  },
  'a decision with another eligibility': {
    log: logged(() => intake(1)),
    envelope: () => decision(1, { eligibilityCommitment: 5n }),
    says: 'rejected context ELIGIBILITY_MISMATCH',
  },
  'a decision for the second time': {
    log: logged(
      () => intake(1),
      () => decision(1),
    ),
    envelope: () => decision(1),
    says: 'rejected uniqueness DUPLICATE_STATEMENT',
  },
  'another decision after a closing one': {
    log: logged(
      () => intake(1),
      () => decision(1),
    ),
    envelope: () => decision(1, { outcomeCommitment: 5n }),
    says: 'rejected slot INTAKE_CLOSED',
  },
  'another decision after a referral': {
    log: logged(
      () => intake(1),
      () => referral(1),
    ),
    envelope: () => decision(1),
    says: 'rejected slot INTAKE_REFERRED',
  },
  'a decision after a withdrawal': {
    log: logged(
      () => intake(1),
      () => withdrawal(1),
    ),
    envelope: () => decision(1),
    says: 'rejected slot INTAKE_CLOSED',
  },
  'a decision whose referral is no bit': {
    log: logged(() => intake(1)),
    envelope: () => decision(1, { referred: 2n }),
    says: 'rejected public-signals PUBLIC_SIGNAL_OUT_OF_RANGE',
  },
  'a decision with a tally off the curve': {
    log: logged(() => intake(1)),
    envelope: () => decision(1, { tallyX: 5n, tallyY: 5n }),
    says: 'rejected slot TALLY_POINT',
  },
  'a decision with a tally of low order': {
    log: logged(() => intake(1)),
    envelope: () => decision(1, { tallyX: 0n, tallyY: FIELD - 1n }),
    says: 'rejected slot TALLY_POINT',
  },

  // Manual decisions
  'a manual decision': {
    log: logged(
      () => intake(1),
      () => referral(1),
    ),
    envelope: () => manualDecision(1),
    says: 'accepted',
  },
  'a manual decision before its intake': {
    log: ready,
    envelope: () => manualDecision(1),
    says: 'pending slot INTAKE_MISSING',
  },
  'a manual decision before its referral': {
    log: logged(() => intake(1)),
    envelope: () => manualDecision(1),
    says: 'pending slot REFERRAL_MISSING',
  },
  'a manual decision where the model decided': {
    log: logged(
      () => intake(1),
      () => decision(1),
    ),
    envelope: () => manualDecision(1),
    says: 'rejected slot INTAKE_CLOSED',
  },
  'a manual decision in another scope': {
    log: logged(
      () => intake(1),
      () => referral(1),
    ),
    envelope: () => manualDecision(1, {}, { bank: BANK, scope: OTHER_SCOPE }),
    says: 'rejected context SCOPE_MISMATCH',
  },
  'a manual decision with other partitions': {
    log: logged(
      () => intake(1),
      () => referral(1),
    ),
    envelope: () => manualDecision(1, { partitionsHash: 5n }),
    says: 'rejected context PARTITIONS_NOT_IN_FORCE',
  },
  'a manual decision with another eligibility': {
    log: logged(
      () => intake(1),
      () => referral(1),
    ),
    envelope: () => manualDecision(1, { eligibilityCommitment: 5n }),
    says: 'rejected context ELIGIBILITY_MISMATCH',
  },
  'a manual decision with a tally off the curve': {
    log: logged(
      () => intake(1),
      () => referral(1),
    ),
    envelope: () => manualDecision(1, { tallyX: 5n, tallyY: 5n }),
    says: 'rejected slot TALLY_POINT',
  },
  'a manual decision for the second time': {
    log: logged(
      () => intake(1),
      () => referral(1),
      () => manualDecision(1),
    ),
    envelope: () => manualDecision(1),
    says: 'rejected uniqueness DUPLICATE_STATEMENT',
  },

  // Withdrawals
  'a withdrawal': { log: logged(() => intake(1)), envelope: () => withdrawal(1), says: 'accepted' },
  'a withdrawal before its intake': { log: ready, envelope: () => withdrawal(1), says: 'pending slot INTAKE_MISSING' },
  'a withdrawal in another scope': {
    log: logged(() => intake(1)),
    envelope: () => withdrawal(1, { scope: OTHER_SCOPE }),
    says: 'rejected context SCOPE_MISMATCH',
  },
  'a withdrawal after the decision': {
    log: logged(
      () => intake(1),
      () => decision(1),
    ),
    envelope: () => withdrawal(1),
    says: 'rejected slot INTAKE_CLOSED',
  },
  'a withdrawal after a referral': {
    log: logged(
      () => intake(1),
      () => referral(1),
    ),
    envelope: () => withdrawal(1),
    says: 'accepted',
  },

  // Fairness
  'fairness over a closed window': {
    log: closed,
    envelope: () => fairness([1, 2]),
    table: formatTable(table),
    says: 'accepted',
  },
  'fairness over a window of no slot': {
    log: closed,
    envelope: () => fairness([1, 2], {}, { window: 7 }),
    says: 'pending slot WINDOW_OPEN',
  },
  'fairness over a window that is not over': {
    log: async () => Object.assign(await closed(), { now: NOON + 999 }),
    envelope: () => fairness([1, 2]),
    says: 'pending slot WINDOW_OPEN',
  },
  'fairness over a window with an open intake': {
    log: window(() => decision(1)),
    envelope: () => fairness([1]),
    says: 'pending slot WINDOW_INCOMPLETE',
  },
  'fairness over a window with a referred intake': {
    log: window(
      () => decision(1),
      () => referral(2),
    ),
    envelope: () => fairness([1]),
    says: 'pending slot WINDOW_INCOMPLETE',
  },
  'fairness with other partitions': {
    log: closed,
    envelope: () => fairness([1, 2], { partitionsHash: 5n }),
    says: 'rejected context PARTITIONS_NOT_IN_FORCE',
  },
  'fairness under another policy': {
    log: closed,
    envelope: () => fairness([1, 2], { fairnessPolicyHash: 5n }),
    says: 'rejected context FAIRNESS_POLICY_NOT_IN_FORCE',
  },
  'fairness without one of the closings': {
    log: closed,
    envelope: () => fairness([1]),
    says: 'rejected slot TOTAL_MISMATCH',
  },
  'fairness over other closings': {
    log: closed,
    envelope: () => fairness([1, 3]),
    says: 'rejected slot TALLY_MISMATCH',
  },
  'fairness without its table': {
    log: closed,
    envelope: () => fairness([1, 2]),
    says: 'rejected slot TABLE_MISSING',
  },
  'fairness with another table': {
    log: closed,
    envelope: () => fairness([1, 2], { tableCiphertextHash: 5n }),
    table: formatTable(table),
    says: 'rejected slot TABLE_MISMATCH',
  },
  'fairness with a table that is none': {
    log: closed,
    envelope: () => fairness([1, 2]),
    table: jsonBytes({ E: ['0', '1'] }),
    says: 'rejected slot TABLE_MISMATCH',
  },
  'fairness less a withdrawal': {
    log: window(
      () => decision(1),
      () => withdrawal(2),
    ),
    envelope: () => fairness([1]),
    table: formatTable(table),
    says: 'accepted',
  },
  'fairness that counts a withdrawal': {
    log: window(
      () => decision(1),
      () => withdrawal(2),
    ),
    envelope: () => fairness([1, 2]),
    says: 'rejected slot TOTAL_MISMATCH',
  },
  'fairness over a window that was withdrawn': {
    log: window(
      () => withdrawal(1),
      () => withdrawal(2),
    ),
    envelope: () => fairness([]),
    table: formatTable(table),
    says: 'rejected slot WITHDRAWALS_OVER_CEILING',
  },
  'fairness over manual decisions alone': {
    log: window(
      () => decision(1),
      () => referral(2),
      () => manualDecision(2),
    ),
    envelope: () => fairness([2], {}, { closings: 'manual' }),
    table: formatTable(table),
    says: 'accepted',
  },
  'fairness over manual decisions that counts the others': {
    log: window(
      () => decision(1),
      () => referral(2),
      () => manualDecision(2),
    ),
    envelope: () => fairness([1, 2], {}, { closings: 'manual' }),
    says: 'rejected slot TOTAL_MISMATCH',
  },
  'fairness over all closings, manual ones included': {
    log: window(
      () => decision(1),
      () => referral(2),
      () => manualDecision(2),
    ),
    envelope: () => fairness([1, 2]),
    table: formatTable(table),
    says: 'accepted',
  },
  'fairness over manual decisions where there are none': {
    log: closed,
    envelope: () => fairness([], {}, { closings: 'manual' }),
    table: formatTable(table),
    says: 'accepted',
  },
  'fairness over a window that is proved': {
    log: async () => {
      const bench = await closed();
      await bench.accept(fairness([1, 2]), formatTable(table));
      return bench;
    },
    envelope: () => fairness([1, 2], { verdict0: 2n }),
    says: 'rejected uniqueness WINDOW_PROVED',
  },
  'fairness over the manual decisions of a window whose closings are proved': {
    log: async () => {
      const bench = await closed();
      await bench.accept(fairness([1, 2]), formatTable(table));
      return bench;
    },
    envelope: () => fairness([], {}, { closings: 'manual' }),
    table: formatTable(table),
    says: 'accepted',
  },
};

for (const [what, { log, envelope, table: document, says }] of Object.entries(CASES)) {
  test(`${what}: ${says}`, async () => {
    const bench = await log();
    assert.equal(bench.code(await envelope(bench), document), says);
  });
}

test('every intake is withdrawn where the ceiling allows it: the window is proved over nothing', async () => {
  const bench = new Bench();
  for (const [kind, body] of Object.entries({
    ...bodies,
    scope: { ...bodies.scope, withdrawalCeilingPermille: 1000 },
  })) {
    await bench.accept(registration(kind, body));
  }
  const proof = await conformance();
  await bench.accept(proof);
  await bench.accept(modelRegistration(proof));
  await bench.accept(slot(1, NOON, NOON + 1000));
  for (const n of [1, 2]) {
    await bench.accept(intake(n));
    await bench.accept(withdrawal(n));
  }
  bench.now = NOON + 1000;
  await bench.accept(fairness([]), formatTable(table));
  assert.equal(bench.ledger.windows(SCOPE, bench.now)[0]!.state, 'PROVED');
});

test('everything that the tests begin with is accepted by all checks', async () => {
  const bench = new Bench();
  for (const envelope of await beginning()) await bench.accept(envelope);
});

test('judging changes nothing', async () => {
  const bench = await Bench.ready();
  const envelope = await intake(1);
  assert.equal(bench.code(envelope), 'accepted');
  assert.equal(bench.code(envelope), 'accepted');
  assert.equal(bench.ledger.intake(commitmentOf(1)), undefined);
});

test('a receipt time before the entry before is refused', async () => {
  const bench = await Bench.ready();
  const envelope = await intake(1);
  assert.throws(() => bench.append(envelope, undefined, { receivedAt: NOON - 1 }), { code: 'archive' });
});

test('an entry under another registry head is refused', async () => {
  const bench = await Bench.ready();
  const envelope = await intake(1);
  assert.throws(() => bench.append(envelope, undefined, { registryHead: '00'.repeat(32) }), { code: 'archive' });
});

test('one envelope has one entry', async () => {
  const bench = await Bench.ready();
  const envelope = await withdrawal(1);
  await bench.accept(intake(1));
  bench.append(envelope);
  assert.throws(() => bench.append(envelope), { code: 'archive' });
});

test('closing what is not open is refused, whatever was judged', async () => {
  const bench = await Bench.ready();
  const envelope = await decision(1);
  assert.throws(() => bench.append(envelope), { code: 'archive' });
});

test('roots may be used for as long as the grace after they were replaced, and no longer', async () => {
  const bench = await Bench.ready();
  const before = bench.ledger.registry;
  assert.ok(before.rootInForce('revocation-root', schema.id, 102n, NOON, 0));
  await bench.accept(
    sealEnvelope(
      {
        type: 'registration',
        kind: 'revocation-root',
        body: { root: '999' },
        after: (await registration('revocation-root', bodies['revocation-root'])).digest,
      },
      new Uint8Array(),
      signers.issuers,
    ),
  );
  const old = await intake(1);
  bench.now = NOON + 600_000;
  assert.equal(bench.code(old), 'accepted');
  bench.now = NOON + 600_001;
  assert.equal(bench.code(old), 'rejected context ROOT_NOT_IN_FORCE');
  assert.equal(bench.code(await intake(1, { revocationRoot: 999n })), 'accepted');
});

test('asOf turns with the UTC day', async () => {
  const bench = await Bench.ready();
  const midnight = Number(TODAY + 1n) * DAY;
  const envelope = await intake(1);
  bench.now = midnight + DAY - 1;
  assert.equal(bench.code(envelope), 'accepted');
  bench.now = midnight + DAY;
  assert.equal(bench.code(envelope), 'rejected context AS_OF_NOT_TODAY');
});

test('keys that a trust configuration does not name verify nothing', async () => {
  const { eligibility: _, ...others } = verificationKeys;
  const trust = parseTrust(jsonBytes({ ...trustJson(), verificationKeys: others }));
  const ledger = new Ledger(trust);
  const bank = await registration('bank-key', bodies['bank-key']);
  ledger.apply(
    0,
    {
      kind: 'registration',
      bank: BANK,
      receivedAt: NOON,
      registryHead: '0'.repeat(64),
      payload: { sha256: bank.digest, size: 1 },
    },
    bank,
  );
  assert.deepEqual(checkEnvelope(proof, ledger, trust, NOON), {
    result: 'rejected',
    check: 'verification-key',
    code: 'CIRCUIT_UNKNOWN',
  });
});
