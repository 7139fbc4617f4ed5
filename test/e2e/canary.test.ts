import assert from 'node:assert/strict';
import { test } from 'node:test';
import { integerToBytes } from '@assay/field';
import { bytesCanary, canariesIn, integerCanary, textCanary } from './canary.ts';

const SECRET = 0x1d5a_77f0_3b2c_9e41_8c6d_0f12_a9b4_7713_55e0_c2f8n;
const canary = integerCanary('secret', SECRET);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

for (const [form, content] of [
  ['decimal', `{"salt":"${SECRET}"}`],
  ['hexadecimal', `salt=${SECRET.toString(16)}`],
  ['bytes, most significant first', Buffer.concat([Buffer.from('row'), integerToBytes(SECRET, 32)])],
  ['bytes, least significant first', integerToBytes(SECRET, 32).toReversed()],
  ['base64', `{"data":"${base64(`{"salt":"${SECRET}","and":"more"}`)}"}`],
  ['base64 within base64', `{"data":"${base64(`{"inner":"${base64(`salt ${SECRET} and something more`)}"}`)}"}`],
] as const) {
  test(`finds a secret as ${form}`, () => {
    assert.deepEqual(canariesIn(Buffer.from(content as string), [canary]), ['secret']);
  });
}

test('digits within a longer number are not taken for a secret', () => {
  const short = integerCanary('short', 27182818n);
  assert.deepEqual(canariesIn(Buffer.from('1271828180 27182818999'), [short]), []);
  assert.deepEqual(canariesIn(Buffer.from('[27182818]'), [short]), ['short']);
});

test('finds texts and bytes', () => {
  const canaries = [textCanary('income', '48151.62'), bytesCanary('key', Uint8Array.of(1, 2, 3, 250, 251, 252))];
  assert.deepEqual(canariesIn(Buffer.from('income 48151.62, key 010203fafbfc'), canaries), ['income', 'key']);
  assert.deepEqual(canariesIn(Buffer.from([9, 1, 2, 3, 250, 251, 252]), canaries), ['key']);
  assert.deepEqual(canariesIn(Buffer.from('nothing of the kind'), canaries), []);
});
