import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { SimulatedKey } from '../test/simulated-key.ts';
import { nativeVerifiers, verifiers } from '../test/verifiers.ts';
import { BASE_FIELD_ORDER, SCALAR_FIELD_ORDER } from './bn254.ts';
import { createVerifier } from './create-verifier.ts';
import type { ProofClaim } from './groth16-verifier.ts';
import { loadNativeAddon, runnableArithmetics } from './native-addon.ts';
import { nobleVerifier } from './noble-verifier.ts';
import { encodeCoordinates } from './point-bytes.ts';
import { encodeProof, PROOF_BYTES } from './proof.ts';
import type { Groth16Refusal, Groth16Verdict } from './verify-groth16.ts';

const SIGNALS = [5n, 0n, SCALAR_FIELD_ORDER - 1n];
const simulated = new SimulatedKey(SIGNALS.length);
const { key } = simulated;
const good: ProofClaim = { key, publicSignals: SIGNALS, proof: encodeProof(simulated.prove(SIGNALS)) };

const reasonOf = (verdict: Groth16Verdict) => (verdict.ok ? undefined : verdict.reason);

function claim(publicSignals: readonly bigint[], randomness: bigint, excess = 0n): ProofClaim {
  return { key, publicSignals, proof: encodeProof(simulated.prove(publicSignals, randomness, excess)) };
}

/** The good claim with part of the proof's bytes replaced. */
function withBytes(at: number, part: Uint8Array | readonly number[]): ProofClaim {
  const proof = Uint8Array.from(good.proof);
  proof.set(part, at);
  return { ...good, proof };
}

function compressed(x: bigint): Uint8Array {
  const bytes = encodeCoordinates([x]);
  bytes[0] = bytes[0]! | 0x80;
  return bytes;
}

const short = good.proof.subarray(1);
const outside = withBytes(32, [...compressed(0n), ...encodeCoordinates([1n])]);
const flippedSign = (at: number) => withBytes(at, [good.proof[at]! ^ 0x40]);

const CASES: Readonly<Record<string, readonly [ProofClaim, Groth16Refusal | undefined]>> = {
  'a proof': [good, undefined],
  'a signal too few': [{ ...good, publicSignals: SIGNALS.slice(1) }, 'PUBLIC_SIGNAL_COUNT'],
  'a signal too many': [{ ...good, publicSignals: [...SIGNALS, 0n] }, 'PUBLIC_SIGNAL_COUNT'],
  'no signals, and no proof': [{ ...good, publicSignals: [], proof: short }, 'PUBLIC_SIGNAL_COUNT'],
  'a signal plus r': [
    { ...good, publicSignals: SIGNALS.with(0, 5n + SCALAR_FIELD_ORDER) },
    'PUBLIC_SIGNAL_OUT_OF_RANGE',
  ],
  'a signal of 300 bits': [
    { ...good, publicSignals: SIGNALS.with(0, (1n << 299n) + 5n) },
    'PUBLIC_SIGNAL_OUT_OF_RANGE',
  ],
  'a signal below zero': [{ ...good, publicSignals: SIGNALS.with(2, -1n) }, 'PUBLIC_SIGNAL_OUT_OF_RANGE'],
  'r for zero, and no proof': [
    { ...good, publicSignals: SIGNALS.with(1, SCALAR_FIELD_ORDER), proof: short },
    'PUBLIC_SIGNAL_OUT_OF_RANGE',
  ],
  'another signal': [{ ...good, publicSignals: SIGNALS.with(1, 1n) }, 'PAIRING_MISMATCH'],
  'another key': [{ ...good, key: new SimulatedKey(SIGNALS.length, 2n).key }, 'PAIRING_MISMATCH'],
  'no bytes': [{ ...good, proof: new Uint8Array() }, 'PROOF_ENCODING'],
  'a byte too few': [{ ...good, proof: short }, 'PROOF_ENCODING'],
  'a byte too many': [{ ...good, proof: Uint8Array.of(...good.proof, 0) }, 'PROOF_ENCODING'],
  'the length of coordinates': [{ ...good, proof: new Uint8Array(256) }, 'PROOF_ENCODING'],
  'A with the sign of coordinates': [withBytes(0, [good.proof[0]! & 0x3f]), 'PROOF_ENCODING'],
  'B with the sign of infinity': [withBytes(32, [(good.proof[32]! & 0x3f) | 0x40]), 'PROOF_ENCODING'],
  'C at infinity': [withBytes(96, [0x40, ...new Uint8Array(31)]), 'PROOF_ENCODING'],
  'A.x as q + 1, for 1': [withBytes(0, compressed(BASE_FIELD_ORDER + 1n)), 'PROOF_ENCODING'],
  'B.x.c1 as q, for 0': [withBytes(32, compressed(BASE_FIELD_ORDER)), 'PROOF_ENCODING'],
  'B.x.c0 as q, for 0': [withBytes(64, encodeCoordinates([BASE_FIELD_ORDER])), 'PROOF_ENCODING'],
  'a high bit in B.x.c0': [withBytes(64, [good.proof[64]! | 0x80]), 'PROOF_ENCODING'],
  'an A.x that no point has': [withBytes(0, compressed(4n)), 'PROOF_ENCODING'],
  'a B.x that no point has': [withBytes(32, [...compressed(0n), ...encodeCoordinates([0n])]), 'PROOF_ENCODING'],
  'B outside G2': [outside, 'POINT_OUTSIDE_SUBGROUP'],
  'A negated': [flippedSign(0), 'PAIRING_MISMATCH'],
  'B negated': [flippedSign(32), 'PAIRING_MISMATCH'],
  'C negated': [flippedSign(96), 'PAIRING_MISMATCH'],
  'A and C exchanged': [
    { ...good, proof: Uint8Array.of(...good.proof.slice(96), ...good.proof.slice(32, 96), ...good.proof.slice(0, 32)) },
    'PAIRING_MISMATCH',
  ],
  'another C': [claim(SIGNALS, 1n, 1n), 'PAIRING_MISMATCH'],
};

for (const verifier of verifiers) {
  for (const [what, [candidate, expected]] of Object.entries(CASES)) {
    test(`${verifier.name}: ${what} is ${expected ?? 'accepted'}`, () => {
      assert.equal(reasonOf(verifier.verifyBytes(candidate)), expected);
    });
  }

  test(`${verifier.name}: a batch of none, one, two and all cases has the verdicts of single checks`, async () => {
    const all = Object.values(CASES);
    for (const cases of [[], all.slice(0, 1), all.slice(0, 2), all.slice(3, 5), all]) {
      const verdicts = await verifier.verifyBatch(cases.map(([candidate]) => candidate));
      assert.deepEqual(
        verdicts.map(reasonOf),
        cases.map(([, expected]) => expected),
      );
    }
  });

  test(`${verifier.name}: a batch is cancelled, before it starts and while it runs`, async () => {
    const controller = new AbortController();
    const running = verifier.verifyBatch(new Array(2000).fill(good), { signal: controller.signal });
    await nextTurn();
    controller.abort();
    await assert.rejects(running, { name: 'Groth16Error', code: 'ABORTED' });
    const late = verifier.verifyBatch([good], { signal: controller.signal });
    await assert.rejects(late, { name: 'Groth16Error', code: 'ABORTED' });
    assert.deepEqual(await verifier.verifyBatch([good]), [{ ok: true }]);
  });
}

for (const verifier of nativeVerifiers) {
  test(`${verifier.name}: keys of any number of public signals verify, alone and in one batch`, async () => {
    const claims = [0, 1, 2, 12].flatMap((count) => {
      const own = new SimulatedKey(count, 3n);
      const signals = Array.from({ length: count }, (_, i) => SCALAR_FIELD_ORDER - 1n - BigInt(i) ** 20n);
      return [1n, 2n, 3n].map((randomness) => ({
        key: own.key,
        publicSignals: signals,
        proof: encodeProof(own.prove(signals, randomness)),
      }));
    });
    for (const one of claims) assert.deepEqual(verifier.verifyBytes(one), { ok: true });
    assert.ok((await verifier.verifyBatch(claims)).every(({ ok }) => ok));
    // A bad one under each key: nobody else is named.
    const mixed = claims.map((one, i) => (i % 3 === 1 ? { ...one, proof: flippedA(one.proof) } : one));
    const named = (await verifier.verifyBatch(mixed)).map(({ ok }) => ok);
    assert.deepEqual(
      named,
      mixed.map((_, i) => i % 3 !== 1),
    );
  });

  test(`${verifier.name}: of a hundred proofs the bad ones are named, wherever they stand`, async () => {
    const claims = Array.from({ length: 100 }, (_, i) => claim([BigInt(i), 1n, 2n], BigInt(i + 1)));
    assert.ok((await verifier.verifyBatch(claims)).every(({ ok }) => ok));
    for (const places of [[0], [99], [15, 16], [3, 50, 51, 52, 98], [...claims.keys()]]) {
      const mixed = claims.map((one, i) => (places.includes(i) ? { ...one, publicSignals: [0n, 0n, 0n] } : one));
      const verdicts = await verifier.verifyBatch(mixed);
      const bad = [...verdicts.keys()].filter((i) => reasonOf(verdicts[i]!) === 'PAIRING_MISMATCH');
      assert.deepEqual(bad, places);
    }
  });

  test(`${verifier.name}: bad proofs that would cancel out under equal coefficients are found`, async () => {
    const pair = [claim(SIGNALS, 1n, 77n), claim(SIGNALS, 2n, -77n)];
    const among = [...Array.from({ length: 20 }, (_, i) => claim(SIGNALS, BigInt(i + 3))), ...pair];
    // Coefficients that repeat, or are the same in each batch, would let some of these through.
    for (const claims of [pair, [...pair, ...pair], among, among]) {
      const verdicts = await verifier.verifyBatch(claims);
      assert.deepEqual(
        verdicts.map(reasonOf),
        claims.map((one) => (pair.includes(one) ? 'PAIRING_MISMATCH' : undefined)),
      );
    }
  });

  test(`${verifier.name}: bytes that change while a batch runs change nothing in it`, async () => {
    const claims = Array.from({ length: 64 }, () => ({ ...good, proof: Uint8Array.from(good.proof) }));
    const running = verifier.verifyBatch(claims);
    for (const { proof } of claims) proof.fill(0);
    assert.ok((await running).every(({ ok }) => ok));
  });

  test(`${verifier.name}: any bytes have the verdict that noble gives them`, () => {
    const bytes = fc.uint8Array({ minLength: PROOF_BYTES, maxLength: PROOF_BYTES });
    fc.assert(
      fc.property(bytes, fc.nat({ max: 7 }), fc.nat({ max: 8 * PROOF_BYTES - 1 }), (random, parts, bit) => {
        // Some points of the good proof, or the whole of it with one bit changed: else hardly anything decodes.
        for (const at of [0, 32, 96]) random[at] = 0x80 | (random[at]! & 0x5f);
        if (parts & 1) random.set(good.proof.subarray(0, 32), 0);
        if (parts & 2) random.set(good.proof.subarray(32, 96), 32);
        if (parts & 4) random.set(good.proof.subarray(96), 96);
        if (parts === 7) random[bit >> 3] = random[bit >> 3]! ^ (1 << (bit & 7));
        const candidate = { ...good, proof: random };
        assert.deepEqual(verifier.verifyBytes(candidate), nobleVerifier.verifyBytes(candidate));
      }),
      { numRuns: 150 },
    );
  });

  test(`${verifier.name}: a key with a point that is none, or gamma equal to delta, is refused`, async () => {
    for (const bad of [
      { ...key, delta: key.gamma },
      { ...key, alpha: { x: 1n, y: 3n } },
      { ...key, ic: key.ic.with(2, { x: 0n, y: 0n }) },
      { ...key, ic: [] },
    ]) {
      assert.throws(() => verifier.verifyBytes({ ...good, key: bad }), { name: 'Groth16Error', code: 'MALFORMED_KEY' });
      await assert.rejects(verifier.verifyBatch([{ ...good, key: bad }]), { code: 'MALFORMED_KEY' });
    }
  });
}

test('native code refuses arguments of another kind', { skip: nativeVerifiers.length === 0 }, () => {
  const [arithmetic] = runnableArithmetics();
  const addon = loadNativeAddon(arithmetic)!;
  const malformed = { code: 'MALFORMED_INPUT' };
  const refused: readonly (() => unknown)[] = [
    () => addon.prepareVerificationKey('key' as never),
    () => addon.verifyProofBytes({} as never, new Uint8Array(), new Uint8Array()),
    () => addon.verifyProofBytes(undefined as never, new Uint8Array(), new Uint8Array()),
    () => addon.verifyProofBatch([{} as never], [new Uint8Array()], [new Uint8Array()], {}),
    () => addon.verifyProofBatch([], [new Uint8Array()], [], {}),
  ];
  for (const call of refused) assert.throws(call, malformed);
  assert.throws(() => addon.prepareVerificationKey(new Uint8Array(500)), { code: 'MALFORMED_KEY' });
});

test('the environment has the slow verifier used', (context) => {
  context.after(() => Object.assign(process.env, before));
  const before = { ASSAY_ENGINE: process.env.ASSAY_ENGINE ?? '' };
  process.env.ASSAY_ENGINE = 'snarkjs';
  assert.equal(createVerifier(), nobleVerifier);
});

function flippedA(proof: Uint8Array): Uint8Array {
  return proof.with(0, proof[0]! ^ 0x40);
}
