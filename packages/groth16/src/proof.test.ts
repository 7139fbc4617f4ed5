import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bn254 } from '@noble/curves/bn254.js';
import fc from 'fast-check';
import { BASE_FIELD_ORDER, SCALAR_FIELD_ORDER } from './bn254.ts';
import { Groth16Error } from './error.ts';
import { encodeCoordinates } from './point-bytes.ts';
import type { G1Affine, G2Affine } from './points.ts';
import { decodeProof, encodeProof, formatProof, type Groth16Proof, PROOF_BYTES, parseProof } from './proof.ts';

const { Fp, Fp2 } = bn254.fields;
const plain = { noNullPrototype: true } as const;
const scalar = fc.bigInt({ min: 1n, max: SCALAR_FIELD_ORDER - 1n });
const g1 = scalar.map((k): G1Affine => affine(bn254.G1.Point.BASE.multiply(k).toAffine()));
const g2 = scalar.map((k): G2Affine => {
  const { x, y } = bn254.G2.Point.BASE.multiply(k).toAffine();
  return { x: { c0: x.c0, c1: x.c1 }, y: { c0: y.c0, c1: y.c1 } };
});
const proof: fc.Arbitrary<Groth16Proof> = fc.record({ a: g1, b: g2, c: g1 }, plain);
const [sample] = fc.sample(proof, { numRuns: 1, seed: 1 }) as [Groth16Proof];

/** Where A, B and C begin. */
const POINTS = { A: 0, B: 32, C: 96 } as const;

function affine({ x, y }: G1Affine): G1Affine {
  return { x, y };
}

const isMalformed = (error: unknown) => error instanceof Groth16Error && error.code === 'MALFORMED_PROOF';
const malformed = (message: RegExp) => (error: unknown) => isMalformed(error) && message.test((error as Error).message);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** The bytes with a coordinate in place of the one at `at`, under the sign bits that stand there. */
function withCoordinate(bytes: Uint8Array, at: number, value: bigint): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed.set(encodeCoordinates([value]), at);
  if (at in { 0: 0, 32: 0, 96: 0 }) changed[at] = changed[at]! | (bytes[at]! & 0xc0);
  return changed;
}

test('bytes and JSON give back the proof that they were made of', () => {
  fc.assert(
    fc.property(proof, (value) => {
      const bytes = encodeProof(value);
      assert.equal(bytes.length, PROOF_BYTES);
      assert.deepEqual(decodeProof(bytes), value);
      assert.deepEqual(parseProof(JSON.parse(JSON.stringify(formatProof(value)))), value);
    }),
    { numRuns: 20 },
  );
});

test('the bytes are those of gnark-crypto: its generators, and the negative of one', () => {
  const base = bn254.G1.Point.BASE;
  const bytes = encodeProof({
    a: base.toAffine(),
    b: bn254.G2.Point.BASE.toAffine(),
    c: base.negate().toAffine(),
  });
  const one = '1'.padStart(62, '0');
  const g2 =
    '998e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c21800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed';
  assert.equal(hex(bytes), `80${one}${g2}c0${one}`);
});

test('the sign says whether y is the larger of y and -y, c1 before c0', () => {
  fc.assert(
    fc.property(proof, ({ a, b, c }) => {
      const bytes = encodeProof({ a, b, c });
      const larger = [0, 32, 96].map((at) => (bytes[at]! & 0x40) !== 0);
      const other = Fp2.neg(b.y);
      const isLarger = b.y.c1 > other.c1 || (b.y.c1 === other.c1 && b.y.c0 > other.c0);
      assert.deepEqual(larger, [a.y > Fp.neg(a.y), isLarger, c.y > Fp.neg(c.y)]);
      assert.deepEqual(decodeProof(encodeProof({ a, b: { x: b.x, y: other }, c })).b.y, other);
    }),
    { numRuns: 20 },
  );
});

test('y is the root of x^3 + b that another formula finds', () => {
  const { b } = bn254.G2.Point.CURVE();
  fc.assert(
    fc.property(fc.uint8Array({ minLength: PROOF_BYTES, maxLength: PROOF_BYTES }), (random) => {
      // Every x below 2^253, so below q.
      for (const at of Object.values(POINTS)) random[at] = 0x80 | (random[at]! & 0x1f);
      random[64] = random[64]! & 0x1f;
      const read = attempt(() => decodeProof(random));
      const x = (at: number): bigint => BigInt.asUintN(253, BigInt(`0x${hex(random.subarray(at, at + 32))}`));
      const bx = { c0: x(64), c1: x(32) };
      const roots = [
        attempt(() => Fp.sqrt(Fp.add(Fp.pow(x(0), 3n), 3n))),
        attempt(() => Fp2.sqrt(Fp2.add(Fp2.pow(bx, 3n), b))),
        attempt(() => Fp.sqrt(Fp.add(Fp.pow(x(96), 3n), 3n))),
      ] as const;
      const [ay, by, cy] = roots;
      if (ay === undefined || by === undefined || cy === undefined) return assert.equal(read, undefined);
      assert.ok(read !== undefined);
      assert.ok([ay, Fp.neg(ay)].includes(read.a.y) && [cy, Fp.neg(cy)].includes(read.c.y));
      assert.ok(Fp2.eql(read.b.y, by) || Fp2.eql(read.b.y, Fp2.neg(by)));
    }),
    { numRuns: 60 },
  );
});

test('other signs than the two are refused in each point: coordinates in full, infinity', () => {
  const bytes = encodeProof(sample);
  for (const [name, at] of Object.entries(POINTS)) {
    for (const sign of [0x00, 0x40]) {
      const other = bytes.with(at, (bytes[at]! & 0x3f) | sign);
      assert.throws(() => decodeProof(other), malformed(new RegExp(`${name} is NOT_COMPRESSED`)));
    }
  }
  const infinity = new Uint8Array(32).with(0, 0x40);
  for (const at of Object.values(POINTS)) {
    const other = Uint8Array.from(bytes);
    other.set(infinity, at);
    assert.throws(() => decodeProof(other), isMalformed);
  }
});

test('a coordinate that is not below q is refused, though it means one that is', () => {
  // The base point of G1 has x = 1, so that x + q fits below the signs.
  const bytes = encodeProof({ ...sample, a: { x: 1n, y: 2n }, c: { x: 1n, y: 2n } });
  for (const [name, at] of [...Object.entries(POINTS), ['B', 64] as const]) {
    for (const value of [BASE_FIELD_ORDER, BASE_FIELD_ORDER + 1n, (1n << 254n) - 1n]) {
      const other = withCoordinate(bytes, at, value);
      assert.throws(() => decodeProof(other), malformed(new RegExp(`${name} is X_OUT_OF_RANGE`)), `${name} ${value}`);
    }
  }
  const high = withCoordinate(bytes, 64, 1n << 255n);
  assert.throws(() => decodeProof(high), malformed(/B is X_OUT_OF_RANGE/));
});

test('an x that no point has is refused', () => {
  const bytes = encodeProof(sample);
  // 4^3 + 3 = 67 is no square modulo q, nor is x^3 + 3 / (9 + u) for x = 0.
  assert.equal(Fp.pow(67n, (BASE_FIELD_ORDER - 1n) / 2n), BASE_FIELD_ORDER - 1n);
  assert.throws(() => decodeProof(withCoordinate(bytes, 0, 4n)), malformed(/A is NO_POINT/));
  assert.throws(() => decodeProof(withCoordinate(bytes, 96, 4n)), malformed(/C is NO_POINT/));
  const none = withCoordinate(withCoordinate(bytes, 32, 0n), 64, 0n);
  assert.throws(() => decodeProof(none), malformed(/B is NO_POINT/));
});

test('another length is refused, that of the coordinates in full among them', () => {
  for (const length of [0, 127, 129, 256]) {
    const bytes = new Uint8Array(length);
    bytes.set(encodeProof(sample).subarray(0, length));
    assert.throws(() => decodeProof(bytes), malformed(/instead of 128/));
  }
});

test('no bit of a proof can change without its becoming another proof, or none', () => {
  const bytes = encodeProof(sample);
  for (let bit = 0; bit < 8 * PROOF_BYTES; bit++) {
    const flipped = bytes.with(bit >> 3, bytes[bit >> 3]! ^ (1 << (bit & 7)));
    const read = attempt(() => decodeProof(flipped));
    if (read === undefined) continue;
    assert.notDeepEqual(read, sample);
    assert.equal(hex(encodeProof(read)), hex(flipped));
  }
});

test('any bytes are refused, or are what their proof is encoded to', () => {
  const bytes = fc.uint8Array({ minLength: PROOF_BYTES, maxLength: PROOF_BYTES });
  fc.assert(
    fc.property(bytes, fc.boolean(), (random, signed) => {
      if (signed) for (const at of Object.values(POINTS)) random[at] = 0x80 | (random[at]! & 0x5f);
      const read = attempt(() => decodeProof(random));
      if (read !== undefined) assert.equal(hex(encodeProof(read)), hex(random));
    }),
    { numRuns: 100 },
  );
});

test('what no bytes mean is not written: out of the field, at infinity, off its curve', () => {
  const { a, b, c } = sample;
  const off = { x: b.x, y: { ...b.y, c0: (b.y.c0 + 1n) % BASE_FIELD_ORDER } };
  const candidates: [Groth16Proof, RegExp][] = [
    [{ a: { ...a, x: a.x + BASE_FIELD_ORDER }, b, c }, /A is COORDINATE_OUT_OF_RANGE/],
    [{ a, b, c: { ...c, y: c.y - BASE_FIELD_ORDER } }, /C is COORDINATE_OUT_OF_RANGE/],
    [{ a, b: { ...b, y: { ...b.y, c1: b.y.c1 + BASE_FIELD_ORDER } }, c }, /B is COORDINATE_OUT_OF_RANGE/],
    [{ a: { x: 0n, y: 0n }, b, c }, /A is POINT_AT_INFINITY/],
    [{ a, b, c: { x: c.x, y: c.y + 1n } }, /C is POINT_OFF_CURVE/],
    [{ a, b: off, c }, /B is POINT_OFF_CURVE/],
  ];
  for (const [candidate, message] of candidates) assert.throws(() => encodeProof(candidate), malformed(message));
});

/** The result, or `undefined` where there is none to be had. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isMalformed(error) || /square root/.test((error as Error).message)) return undefined;
    throw error;
  }
}

test('JSON that snarkjs would not write is refused', () => {
  const good = formatProof(fc.sample(proof, { numRuns: 1, seed: 2 })[0]!);
  const refused: unknown[] = [
    null,
    [],
    { ...good, protocol: 'plonk' },
    { ...good, curve: 'bls12381' },
    { ...good, extra: 1 },
    { ...good, pi_a: [`0${good.pi_a[0]}`, good.pi_a[1], '1'] },
    { ...good, pi_a: [`0x${BigInt(good.pi_a[0]).toString(16)}`, good.pi_a[1], '1'] },
    { ...good, pi_a: [`${BigInt(good.pi_a[0]) + BASE_FIELD_ORDER}`, good.pi_a[1], '1'] },
    { ...good, pi_a: [Number(good.pi_a[0]), good.pi_a[1], '1'] },
    { ...good, pi_a: [good.pi_a[0], good.pi_a[1], '2'] },
    { ...good, pi_a: ['0', '1', '0'] },
    { ...good, pi_b: [good.pi_b[0], good.pi_b[1], ['0', '0']] },
    { ...good, pi_b: [good.pi_b[0], good.pi_b[1][0], ['1', '0']] },
    { ...good, pi_c: [...good.pi_c, '1'] },
  ];
  for (const json of refused) assert.throws(() => parseProof(json), isMalformed, JSON.stringify(json));
});
