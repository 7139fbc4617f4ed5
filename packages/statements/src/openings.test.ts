import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIELD_ORDER, fr, GROUPS, PARTITIONS, SUBGROUP_ORDER } from '@assay/field';
import type { AdditiveModel } from '@assay/model';
import fc from 'fast-check';
import { StatementError } from './error.ts';
import { modelCommitment } from './model-commitment.ts';
import { decodeModelOpening, encodeModelOpening } from './model-opening.ts';
import { decodeTallyOpening, encodeTallyOpening, type WindowSums } from './tally-opening.ts';

const list = <T>(item: fc.Arbitrary<T>, length: number) => fc.array(item, { minLength: length, maxLength: length });
const signed = (bits: bigint) => fc.bigInt({ min: 1n - (1n << bits), max: (1n << bits) - 1n });
const unsigned = (bits: bigint) => fc.bigInt({ min: 0n, max: (1n << bits) - 1n });
const element = fc.bigInt({ min: 0n, max: FIELD_ORDER - 1n });
const plain = { noNullPrototype: true } as const;
const models: fc.Arbitrary<AdditiveModel> = fc.record(
  {
    family: fc.constant('additive' as const),
    schemaId: element,
    weights: list(signed(120n), 32),
    steps: list(fc.record({ u: signed(160n), slot: fc.nat(31), threshold: unsigned(40n) }, plain), 32),
    bias: signed(160n),
    cutoff: signed(160n),
    gammaNum: unsigned(30n),
    magnitudes: list(unsigned(64n), 32),
    extra: unsigned(229n),
    b0: unsigned(230n),
    readMask: unsigned(32n),
  },
  plain,
);
const sums: fc.Arbitrary<WindowSums> = fc
  .record({
    cells: list(list(fc.tuple(fc.nat(0xffffff), fc.nat(0xffffff)), GROUPS), PARTITIONS),
    blinding: fc.bigInt({ min: 0n, max: SUBGROUP_ORDER - 1n }),
    manualOnly: fc.boolean(),
    number: fc.integer({ min: 1, max: 1_000_000_000 }),
  })
  .map(({ cells, blinding, manualOnly, number }) => ({
    scope: 'acme/loans/2025',
    number,
    manualOnly,
    opening: {
      sizes: cells.map((row) => row.map(([a, b]) => Math.max(a, b))),
      approvals: cells.map((row) => row.map(([a, b]) => Math.min(a, b))),
      blinding,
    },
  }));

const bytesOf = (document: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(document));
const documentOf = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes));

test('a model comes back from its sealed form with the same commitment', () => {
  fc.assert(
    fc.property(models, element, (model, salt) => {
      const committed = { model, modelSalt: fr(salt) };
      const read = decodeModelOpening(encodeModelOpening(committed));
      assert.deepEqual(read, committed);
      assert.equal(modelCommitment(read), modelCommitment(committed));
    }),
    { numRuns: 20 },
  );
});

test('the sums of a window come back from their sealed form', () => {
  fc.assert(fc.property(sums, (given) => assert.deepEqual(decodeTallyOpening(encodeTallyOpening(given)), given)));
});

test('what is not exactly a model is refused, without repeating it', () => {
  const [model] = fc.sample(models, { numRuns: 1, seed: 1 });
  const document = documentOf(encodeModelOpening({ model: model!, modelSalt: fr(7n) }));
  const secret = '271828182845904523536';
  const wrong: unknown[] = [
    secret,
    [],
    { ...document, v: 2 },
    { ...document, extra: secret },
    { ...document, modelSalt: undefined },
    { ...document, modelSalt: String(FIELD_ORDER) },
    { ...document, model: { ...document.model, family: secret } },
    { ...document, model: { ...document.model, weights: document.model.weights.slice(1) } },
    { ...document, model: { ...document.model, weights: [...document.model.weights.slice(1), `0${secret}`] } },
    { ...document, model: { ...document.model, bias: 12 } },
    { ...document, model: { ...document.model, bias: '-0' } },
    {
      ...document,
      model: {
        ...document.model,
        steps: [...document.model.steps.slice(1), { u: secret, slot: '32', threshold: '0' }],
      },
    },
    { ...document, model: { ...document.model, readMask: String(1n << 32n) } },
  ];
  for (const value of wrong) refused(() => decodeModelOpening(bytesOf(value)), secret);
  refused(() => decodeModelOpening(new TextEncoder().encode(`{"v":${secret}`)), secret);
  refused(() => decodeModelOpening(Uint8Array.of(0xff)), secret);
});

test('what is not exactly the sums of a window is refused', () => {
  const [given] = fc.sample(sums, { numRuns: 1, seed: 1 });
  const document = documentOf(encodeTallyOpening(given!));
  const one = document.sizes[0][0];
  const wrong: unknown[] = [
    { ...document, v: '1' },
    { ...document, number: 0 },
    { ...document, manualOnly: 'yes' },
    { ...document, scope: 3 },
    { ...document, sizes: document.sizes.slice(1) },
    { ...document, sizes: [[-1, ...document.sizes[0].slice(1)], ...document.sizes.slice(1)] },
    { ...document, sizes: [[1 << 24, ...document.sizes[0].slice(1)], ...document.sizes.slice(1)] },
    { ...document, approvals: [[one + 1, ...document.approvals[0].slice(1)], ...document.approvals.slice(1)] },
    { ...document, blinding: String(SUBGROUP_ORDER) },
    { ...document, blinding: 5 },
  ];
  for (const value of wrong) refused(() => decodeTallyOpening(bytesOf(value)), 'acme');
});

function refused(read: () => unknown, secret: string): void {
  assert.throws(read, (error) => error instanceof StatementError && !error.message.includes(secret));
}
