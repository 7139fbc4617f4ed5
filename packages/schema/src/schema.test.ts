import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  attestMask,
  dayNumber,
  decodeAttribute,
  decodeAttributes,
  encodeAttributes,
  formatDecimal,
  isoDay,
  parseDecimal,
  parseSchema,
  protectedMask,
  SchemaError,
  schemaId,
} from './index.ts';

const document = {
  name: 'test-loan',
  version: '1',
  slots: [
    {
      slot: 3,
      name: 'income',
      kind: 'amount',
      digits: 2,
      min: '-100.50',
      max: '250000',
      protected: false,
      attestedBy: 'financial',
    },
    {
      slot: 0,
      name: 'born',
      kind: 'date',
      min: '1900-01-01',
      max: '2010-12-31',
      protected: true,
      attestedBy: 'identity',
    },
    {
      slot: 31,
      name: 'housing',
      kind: 'code',
      codes: [
        { code: 7, label: 'rent' },
        { code: 2, label: 'own' },
      ],
      protected: false,
      attestedBy: 'self',
    },
    {
      slot: 5,
      name: 'savings',
      kind: 'amount',
      digits: 0,
      min: '0',
      max: '900',
      missingFlag: 'savings_missing',
      protected: false,
      attestedBy: 'financial',
    },
    { slot: 6, name: 'savings_missing', kind: 'flag', protected: false, attestedBy: 'financial' },
    { slot: 9, name: 'children', kind: 'count', min: '0', max: '20', protected: false, attestedBy: 'self' },
  ],
};

const schema = parseSchema(document);
const applicant = new Map([
  ['income', '42000.07'],
  ['born', '1980-02-29'],
  ['housing', 'own'],
  ['savings', '12'],
  ['children', '3'],
]);

/** The same document with one slot changed. */
function changed(name: string, fields: Record<string, unknown>): unknown {
  return { ...document, slots: document.slots.map((slot) => (slot.name === name ? { ...slot, ...fields } : slot)) };
}

function refuses(values: ReadonlyMap<string, string>, code: string, field: string): void {
  assert.throws(
    () => encodeAttributes(schema, values),
    (error: unknown) => error instanceof SchemaError && error.code === code && error.field === field,
  );
}

test('encodes every kind exactly and leaves unused slots at 0', () => {
  const x = encodeAttributes(schema, applicant);
  assert.equal(x.length, 32);
  assert.equal(x[3], 4200007n + 10050n);
  assert.equal(x[0], dayNumber('born', '1980-02-29') - dayNumber('born', '1900-01-01'));
  assert.equal(x[31], 2n);
  assert.equal(x[5], 12n);
  assert.equal(x[6], 0n);
  assert.equal(x[9], 3n);
  assert.equal(x.filter((value) => value !== 0n).length, 5);
});

test('decodes what it encoded', () => {
  const values = decodeAttributes(schema, encodeAttributes(schema, applicant));
  assert.deepEqual(
    values,
    new Map([
      ['born', '1980-02-29'],
      ['income', '42000.07'],
      ['savings', '12'],
      ['savings_missing', '0'],
      ['children', '3'],
      ['housing', '2'],
    ]),
  );
});

test('encoding is the inverse of decoding on the entire range', () => {
  fc.assert(
    fc.property(fc.constantFrom(...schema.attributes), fc.double({ min: 0, max: 1, noNaN: true }), (attribute, at) => {
      const x =
        attribute.kind === 'code'
          ? BigInt(attribute.codes[at < 0.5 ? 0 : 1]!.code)
          : BigInt(Math.round(at * Number(attribute.maxEncoded)));
      if (attribute.flagOf !== undefined) return;
      const values = new Map(applicant).set(attribute.name, decodeAttribute(attribute, x));
      assert.equal(encodeAttributes(schema, values)[attribute.slot], x);
    }),
  );
});

test('decimals survive the way through text', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.nat(12), (scaled, digits) => {
      assert.equal(parseDecimal('x', formatDecimal(scaled, digits), digits), scaled);
    }),
  );
});

test('days survive the way through text', () => {
  assert.equal(dayNumber('d', '1970-01-01'), 0n);
  assert.equal(dayNumber('d', '2000-03-01'), 11017n);
  fc.assert(
    fc.property(fc.integer({ min: -700_000, max: 2_900_000 }), (day) => {
      assert.equal(dayNumber('d', isoDay(BigInt(day))), BigInt(day));
    }),
  );
});

test('limits are inclusive, and one step beyond them is refused', () => {
  assert.equal(encodeAttributes(schema, new Map(applicant).set('income', '-100.50'))[3], 0n);
  assert.equal(encodeAttributes(schema, new Map(applicant).set('income', '250000.00'))[3], 25010050n);
  refuses(new Map(applicant).set('income', '-100.51'), 'below_min', 'income');
  refuses(new Map(applicant).set('income', '250000.01'), 'above_max', 'income');
  refuses(new Map(applicant).set('born', '2011-01-01'), 'above_max', 'born');
});

test('refuses what is not a value of its kind', () => {
  refuses(new Map(applicant).set('income', '1.005'), 'too_many_digits', 'income');
  assert.equal(encodeAttributes(schema, new Map(applicant).set('income', '1.500'))[3], 150n + 10050n);
  for (const text of ['', ' 1', '1e3', '0x10', '1,5', '.5', '5.', '+1', 'NaN', '--1']) {
    refuses(new Map(applicant).set('income', text), 'not_a_decimal', 'income');
  }
  for (const text of ['1981-02-29', '1981-2-3', '1981-13-01', '1980-02-29T00:00', '']) {
    refuses(new Map(applicant).set('born', text), 'not_a_date', 'born');
  }
  refuses(new Map(applicant).set('housing', 'castle'), 'unlisted_code', 'housing');
  refuses(new Map(applicant).set('housing', '02'), 'unlisted_code', 'housing');
  refuses(new Map(applicant).set('savings_missing', 'true'), 'not_a_flag', 'savings_missing');
  refuses(new Map(applicant).set('children', '2.5'), 'too_many_digits', 'children');
});

test('a missing value is explicit, and only where the schema allows it', () => {
  const without = new Map(applicant);
  without.delete('savings');
  const x = encodeAttributes(schema, without);
  assert.equal(x[5], 0n);
  assert.equal(x[6], 1n);
  assert.equal(decodeAttributes(schema, x).has('savings'), false);
  assert.deepEqual(encodeAttributes(schema, new Map(without).set('savings_missing', '1')), x);
  refuses(new Map(without).set('savings_missing', '0'), 'inconsistent_flag', 'savings_missing');
  refuses(new Map(applicant).set('savings_missing', '1'), 'inconsistent_flag', 'savings_missing');
  without.delete('income');
  refuses(without, 'missing_value', 'income');
});

test('a refusal names the field and the limit, never the value', () => {
  refuses(new Map(applicant).set('4711', '1'), 'unknown_attribute', 'applicant');
  const secrets: [string, string][] = [
    ['income', '98765432.10'],
    ['income', '1.98765'],
    ['born', '2999-12-31'],
    ['housing', 'palace'],
    ['unlisted_98765', '1'],
  ];
  for (const [name, value] of secrets) {
    assert.throws(
      () => encodeAttributes(schema, new Map(applicant).set(name, value)),
      (error: unknown) => error instanceof SchemaError && !/98765|2999|palace/.test(error.message),
    );
  }
});

test('decoding refuses integers that nothing encodes to', () => {
  const x = encodeAttributes(schema, applicant);
  const bad: [number, bigint][] = [
    [3, 25010051n],
    [3, -1n],
    [31, 3n],
    [1, 1n],
    [6, 1n],
  ];
  for (const [slot, value] of bad) {
    assert.throws(() => decodeAttributes(schema, x.with(slot, value)), { name: 'SchemaError', code: 'not_encoded' });
  }
  assert.throws(() => decodeAttributes(schema, x.slice(1)), { code: 'not_encoded' });
});

test('documents outside the JSON Schema or its meaning are refused', () => {
  const bad: unknown[] = [
    null,
    { ...document, extra: 1 },
    { ...document, slots: [] },
    changed('income', { slot: 32 }),
    changed('income', { slot: 0 }),
    changed('income', { name: 'born' }),
    changed('income', { digits: 13 }),
    changed('income', { digits: undefined }),
    changed('income', { min: '1e3' }),
    changed('income', { min: '-100.505' }),
    changed('income', { min: '250000.01' }),
    changed('income', { digits: 7, min: '0', max: '109951.1627776' }),
    changed('income', { codes: [{ code: 1, label: 'a' }] }),
    changed('income', { missingFlag: 'children' }),
    changed('income', { missingFlag: 'savings_missing' }),
    changed('children', { missingFlag: 'savings_missing' }),
    changed('born', { max: '2010-02-30' }),
    changed('housing', { codes: [{ code: 1 << 24, label: 'a' }] }),
    changed('housing', { codes: [{ code: 1, label: '2' }] }),
    changed('housing', {
      codes: [
        { code: 1, label: 'a' },
        { code: 2, label: 'a' },
      ],
    }),
    changed('savings_missing', { attestedBy: 'self' }),
    changed('savings_missing', { protected: true }),
  ];
  for (const [i, json] of bad.entries()) {
    assert.throws(() => parseSchema(JSON.parse(JSON.stringify(json))), SchemaError, `document ${i}`);
  }
  assert.equal(
    parseSchema(changed('income', { digits: 7, min: '0', max: '109951.1627775' })).byName.get('income')!.maxEncoded,
    2n ** 40n - 1n,
  );
});

test('the id is 248 bits over canonical JSON: order of keys is nothing, any change is everything', () => {
  const reordered = JSON.parse(
    JSON.stringify(document, [
      'version',
      'slots',
      'name',
      'attestedBy',
      'protected',
      'kind',
      'slot',
      'digits',
      'max',
      'min',
      'codes',
      'label',
      'code',
      'missingFlag',
    ]),
  );
  assert.equal(schemaId(reordered), schema.id);
  assert.ok(schema.id < 1n << 248n);
  assert.notEqual(parseSchema(changed('income', { protected: true })).id, schema.id);
  // echo -n '{"name":"a","slots":[],"version":"1"}' | sha256sum | cut -c1-62
  assert.equal(
    schemaId({ version: '1', slots: [], name: 'a' }),
    0x971c0f7bf3148ae2d9c9923e21bf67d9fae5414364dc8cc899692fbe19de9an,
  );
});

test('masks cover the slots of each issuer and the protected ones', () => {
  assert.equal(attestMask(schema, 'financial'), (1n << 3n) | (1n << 5n) | (1n << 6n));
  assert.equal(attestMask(schema, 'identity'), 1n);
  assert.equal(attestMask(schema, 'self'), (1n << 31n) | (1n << 9n));
  assert.equal(protectedMask(schema), 1n);
});

test('a checked schema cannot be changed afterwards', () => {
  assert.throws(() => {
    (schema.document.slots[0] as { protected: boolean }).protected = true;
  }, TypeError);
});
