import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bn254 } from '@noble/curves/bn254.js';
import { curves, groth16 } from 'snarkjs';
import {
  type CompiledCircuit,
  compileSmallCircuit,
  INPUT,
  type SmallKey,
  setUpSmallKey,
} from '../test/small-circuit.ts';
import { verifiers } from '../test/verifiers.ts';
import { BASE_FIELD_ORDER, SCALAR_FIELD_ORDER } from './bn254.ts';
import type { G2Affine } from './points.ts';
import { formatProof, type Groth16Proof, parseProof } from './proof.ts';
import {
  formatVerificationKey,
  parseVerificationKey,
  type VerificationKey,
  verificationKeyHash,
} from './verification-key.ts';
import type { Groth16Refusal } from './verify-groth16.ts';
import { createWitnessCalculator } from './witness-calculator.ts';
import { readZkeyHead } from './zkey.ts';

let circuit: CompiledCircuit;
let setup: SmallKey;
let key: VerificationKey;
let proof: Groth16Proof;
let signals: bigint[];

before(async () => {
  circuit = await compileSmallCircuit();
  setup = await setUpSmallKey(circuit);
  key = parseVerificationKey(setup.verificationKey);
  const wtns = (await createWitnessCalculator(circuit.wasm)).wtns(INPUT);
  const made = await groth16.prove({ type: 'mem', data: setup.zkey }, { type: 'mem', data: wtns });
  proof = parseProof(made.proof);
  signals = made.publicSignals.map(BigInt);
});
after(async () => {
  await circuit.remove();
  await (await curves.getCurveFromName('bn128')).terminate();
});

const bySnarkjs = (publicSignals: readonly bigint[], candidate: Groth16Proof): Promise<boolean> =>
  groth16.verify(setup.verificationKey, publicSignals.map(String), formatProof(candidate));

const negated = <P extends { y: bigint }>(point: P): P => ({ ...point, y: BASE_FIELD_ORDER - point.y });

/** A point of the twist that is not in G2: found by trying x coordinates. */
function pointOffSubgroup(): G2Affine {
  const { Fp2 } = bn254.fields;
  const { b } = bn254.G2.Point.CURVE();
  for (let c0 = 1n; ; c0++) {
    const x = Fp2.create({ c0, c1: 0n });
    const square = Fp2.add(Fp2.mul(Fp2.sqr(x), x), b);
    try {
      return { x, y: Fp2.sqrt(square) };
    } catch {
      // Not a square: the next x.
    }
  }
}

for (const verifier of verifiers) {
  const reason = (publicSignals: readonly bigint[], candidate: Groth16Proof): Groth16Refusal | undefined => {
    const verdict = verifier.verify(key, publicSignals, candidate);
    return verdict.ok ? undefined : verdict.reason;
  };

  test(`${verifier.name}: a proof of snarkjs is accepted, by snarkjs too`, async () => {
    assert.deepEqual(verifier.verify(key, signals, proof), { ok: true });
    assert.equal(await bySnarkjs(signals, proof), true);
  });

  test(`${verifier.name}: a proof is accepted after it was re-randomised: its bytes identify nothing`, async () => {
    const { G1, G2 } = bn254;
    const a = G1.Point.fromAffine(proof.a).multiply(2n).toAffine();
    const b = G2.Point.fromAffine(proof.b).multiply(bn254.fields.Fr.inv(2n)).toAffine();
    assert.deepEqual(verifier.verify(key, signals, { a, b, c: proof.c }), { ok: true });
    assert.equal(await bySnarkjs(signals, { a, b, c: proof.c }), true);
  });

  test(`${verifier.name}: every public signal counts, here and in snarkjs`, async () => {
    for (const index of signals.keys()) {
      for (const other of [0n, signals[index]! + 1n, SCALAR_FIELD_ORDER - signals[index]!]) {
        const changed = signals.with(index, other);
        assert.equal(reason(changed, proof), 'PAIRING_MISMATCH');
        assert.equal(await bySnarkjs(changed, proof), false);
      }
    }
  });

  test(`${verifier.name}: a list of another length is refused, where snarkjs takes missing signals for zero`, async () => {
    assert.equal(reason(signals.slice(0, -1), proof), 'PUBLIC_SIGNAL_COUNT');
    assert.equal(reason([...signals, 0n], proof), 'PUBLIC_SIGNAL_COUNT');
    assert.equal(reason([], proof), 'PUBLIC_SIGNAL_COUNT');
    // A witness whose last public signal is zero: snarkjs accepts its proof with that signal left out.
    const input = { product: 0n, sum: 0n, factors: [0n, 0n], offset: 0n };
    const wtns = (await createWitnessCalculator(circuit.wasm)).wtns(input);
    const made = await groth16.prove({ type: 'mem', data: setup.zkey }, { type: 'mem', data: wtns });
    const [zeros, ofZeros] = [made.publicSignals.map(BigInt), parseProof(made.proof)];
    assert.equal(zeros.at(-1), 0n);
    assert.deepEqual(verifier.verify(key, zeros, ofZeros), { ok: true });
    assert.equal(await bySnarkjs(zeros.slice(0, -1), ofZeros), true);
    assert.equal(reason(zeros.slice(0, -1), ofZeros), 'PUBLIC_SIGNAL_COUNT');
  });

  test(`${verifier.name}: a signal plus r, or below zero, is refused`, () => {
    for (const index of signals.keys()) {
      for (const alias of [signals[index]! + SCALAR_FIELD_ORDER, signals[index]! - SCALAR_FIELD_ORDER]) {
        assert.equal(reason(signals.with(index, alias), proof), 'PUBLIC_SIGNAL_OUT_OF_RANGE');
      }
    }
    assert.equal(reason(signals.with(0, SCALAR_FIELD_ORDER), proof), 'PUBLIC_SIGNAL_OUT_OF_RANGE');
  });

  test(`${verifier.name}: negated, exchanged and foreign points in the groups fail the pairing, here and in snarkjs`, async () => {
    const { Fp2 } = bn254.fields;
    const b = { ...proof.b, y: Fp2.neg(proof.b.y) };
    const base = bn254.G1.Point.BASE.toAffine();
    const candidates: Groth16Proof[] = [
      { ...proof, a: negated(proof.a) },
      { ...proof, b },
      { ...proof, c: negated(proof.c) },
      { ...proof, a: proof.c, c: proof.a },
      { ...proof, a: base },
      { ...proof, b: bn254.G2.Point.BASE.toAffine() },
      { ...proof, c: key.alpha },
    ];
    for (const candidate of candidates) {
      assert.equal(reason(signals, candidate), 'PAIRING_MISMATCH');
      assert.equal(await bySnarkjs(signals, candidate), false);
    }
    // Negating both A and B leaves their pairing as it was: that is a re-randomisation, and holds.
    assert.equal(reason(signals, { ...proof, a: negated(proof.a), b }), undefined);
  });

  test(`${verifier.name}: points off their curve are refused`, async () => {
    const { x, y } = proof.b;
    const candidates: Groth16Proof[] = [
      { ...proof, a: { x: proof.a.x, y: (proof.a.y + 1n) % BASE_FIELD_ORDER } },
      { ...proof, c: { x: proof.c.y, y: proof.c.x } },
      { ...proof, b: { x, y: { c0: y.c0, c1: (y.c1 + 1n) % BASE_FIELD_ORDER } } },
      { ...proof, b: { x: { c0: x.c1, c1: x.c0 }, y: { c0: y.c1, c1: y.c0 } } },
    ];
    for (const candidate of candidates) {
      assert.equal(reason(signals, candidate), 'POINT_OFF_CURVE');
      assert.equal(await bySnarkjs(signals, candidate), false);
    }
  });

  test(`${verifier.name}: a point of the twist outside G2 is refused`, () => {
    const outside = pointOffSubgroup();
    assert.equal(reason(signals, { ...proof, b: outside }), 'POINT_OUTSIDE_SUBGROUP');
    // B plus a point of small order: on the curve, and equal to B in any check that clears cofactors.
    const order = bn254.G2.Point.fromAffine(outside);
    const sum = bn254.G2.Point.fromAffine(proof.b).add(order.multiplyUnsafe(SCALAR_FIELD_ORDER - 1n).add(order));
    assert.equal(reason(signals, { ...proof, b: sum.toAffine() }), 'POINT_OUTSIDE_SUBGROUP');
  });

  test(`${verifier.name}: infinity is refused in each place`, () => {
    const zero = { c0: 0n, c1: 0n };
    assert.equal(reason(signals, { ...proof, a: { x: 0n, y: 0n } }), 'POINT_AT_INFINITY');
    assert.equal(reason(signals, { ...proof, b: { x: zero, y: zero } }), 'POINT_AT_INFINITY');
    assert.equal(reason(signals, { ...proof, c: { x: 0n, y: 0n } }), 'POINT_AT_INFINITY');
  });

  test(`${verifier.name}: a coordinate plus q is refused`, () => {
    const { a, b, c } = proof;
    const candidates: Groth16Proof[] = [
      { ...proof, a: { ...a, x: a.x + BASE_FIELD_ORDER } },
      { ...proof, b: { ...b, x: { ...b.x, c1: b.x.c1 + BASE_FIELD_ORDER } } },
      { ...proof, c: { ...c, y: c.y - BASE_FIELD_ORDER } },
    ];
    for (const candidate of candidates) assert.equal(reason(signals, candidate), 'COORDINATE_OUT_OF_RANGE');
  });

  test(`${verifier.name}: a proof is refused by every key but its own`, async () => {
    const other = { ...key, gamma: bn254.G2.Point.BASE.multiply(3n).toAffine() };
    assert.deepEqual(verifier.verify(other, signals, proof), { ok: false, reason: 'PAIRING_MISMATCH' });
  });
}

test('the head of the key file has the key that snarkjs exports, and its contribution', () => {
  const head = readZkeyHead(setup.zkey);
  assert.deepEqual(head.verificationKey, key);
  assert.deepEqual([head.wireCount, head.publicCount, head.domainSize], [26, 3, 32]);
  assert.deepEqual(head.contributions, [{ name: 'a contributor', beacon: false, deltaAfter: head.delta1 }]);
  for (let length = 0; length < 2000; length += 13) {
    assert.throws(() => readZkeyHead(setup.zkey.subarray(0, length)), { code: 'MALFORMED_KEY' });
  }
});

test('a key is hashed by what it is, and refused for what it must not be', () => {
  const json = formatVerificationKey(key);
  const hash = Buffer.from(verificationKeyHash(key)).toString('hex');
  assert.equal(Buffer.from(verificationKeyHash(parseVerificationKey(setup.verificationKey))).toString('hex'), hash);
  const swapped = { ...key, gamma: key.delta, delta: key.gamma };
  assert.notEqual(Buffer.from(verificationKeyHash(swapped)).toString('hex'), hash);
  const outside = pointOffSubgroup();
  const text = (point: G2Affine) => formatVerificationKey({ ...key, beta: point }).vk_beta_2;
  const refused: [unknown, RegExp][] = [
    [{ ...json, vk_delta_2: json.vk_gamma_2 }, /gamma equals delta/],
    [{ ...json, nPublic: 2 }, /nPublic \+ 1/],
    [{ ...json, nPublic: '3' }, /nPublic \+ 1/],
    [{ ...json, IC: json.IC.slice(1) }, /nPublic \+ 1/],
    [{ ...json, IC: json.IC.with(1, ['0', '1', '0']) }, /IC\[1\]/],
    [{ ...json, IC: json.IC.with(1, ['0', '0', '1']) }, /IC\[1\] .*INFINITY/],
    [{ ...json, vk_alpha_1: ['1', '3', '1'] }, /vk_alpha_1 .*OFF_CURVE/],
    [{ ...json, vk_beta_2: text(outside) }, /vk_beta_2 .*OUTSIDE_SUBGROUP/],
    [{ ...json, curve: 'bls12381' }, /bn128/],
    [{ ...json, other: 1 }, /bn128/],
    ['{}', /bn128/],
  ];
  for (const [candidate, message] of refused) {
    assert.throws(() => parseVerificationKey(candidate), { code: 'MALFORMED_KEY', message });
  }
});
