import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { SealedColumn } from './sealed-column.ts';

const cell = { table: 'openings', column: 'attributes', row: '42' };

test('opens what it sealed, whatever the bytes and the cell', () => {
  const column = SealedColumn.open(randomBytes(32));
  fc.assert(
    fc.property(fc.uint8Array(), fc.string(), fc.string(), fc.string(), (plain, table, name, row) => {
      const place = { table, column: name, row };
      assert.deepEqual(column.unseal(place, column.seal(place, plain)), plain);
    }),
  );
});

test('opens in no other cell, also when the parts of the names run together alike', () => {
  const column = SealedColumn.open(randomBytes(32));
  const sealed = column.seal(cell, new Uint8Array([1, 2, 3]));
  const others = [
    { ...cell, row: '43' },
    { ...cell, column: 'salt' },
    { ...cell, table: 'other' },
    { table: 'openingsattributes', column: '', row: '42' },
    { table: 'openings', column: 'attributes4', row: '2' },
  ];
  for (const other of others) assert.throws(() => column.unseal(other, sealed), { code: 'UNSEALABLE' });
});

test('notices every changed bit, a cut end and another key', () => {
  const column = SealedColumn.open(randomBytes(32));
  const sealed = column.seal(cell, new Uint8Array([7, 7]));
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const changed = Uint8Array.from(sealed);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    assert.throws(() => column.unseal(cell, changed), { code: 'UNSEALABLE' });
  }
  for (let end = 0; end < sealed.length; end += 1) {
    assert.throws(() => column.unseal(cell, sealed.subarray(0, end)), { code: 'UNSEALABLE' });
  }
  assert.throws(() => SealedColumn.open(randomBytes(32)).unseal(cell, sealed), { code: 'UNSEALABLE' });
});

test('never seals alike twice, and shows nothing of the plain bytes', () => {
  const column = SealedColumn.open(randomBytes(32));
  const canary = Buffer.from('canary-attribute-value');
  const [first, second] = [column.seal(cell, canary), column.seal(cell, canary)];
  assert.notDeepEqual(first, second);
  assert.equal(Buffer.from(first).includes(canary), false);
  assert.equal(first.length, 1 + 12 + canary.length + 16);
});

test('refuses keys of another length', () => {
  for (const length of [0, 16, 31, 33])
    assert.throws(() => SealedColumn.open(new Uint8Array(length)), { code: 'BAD_KEY' });
});
