import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RpcError } from '@assay/rpc';
import { compileReasons } from '@assay/statements';
import { schema } from '../../../packages/statements/test/sample.ts';
import { registeredReasons } from './registered-reasons.ts';

const document = { name: 'r', version: '1', baseline: { income: '5000.00' }, codes: [] };
const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

test('a document is given back as the registration has it', () => {
  const { baselineHash } = compileReasons(document, schema);
  const expected = { schemaId: String(schema.id), document, baselineHash: String(baselineHash) };
  assert.deepEqual(JSON.parse(registeredReasons(bytes(document), schema)), expected);
  assert.equal(registeredReasons(new Uint8Array(), schema), '');
});

test('a document that does not compile is refused by its field, and never quoted', () => {
  for (const wrong of [
    bytes({ ...document, baseline: { income: '77777777.00' } }),
    bytes({ ...document, baseline: { age: '77777777' } }),
    bytes({ ...document, codes: [{ code: '77777777', attributes: ['income'] }] }),
    new TextEncoder().encode('77777777 {'),
    Uint8Array.of(0xff),
  ]) {
    assert.throws(
      () => registeredReasons(wrong, schema),
      (error) => {
        assert.ok(error instanceof RpcError && error.code === 'INVALID_ARGUMENT');
        const [violation] = error.fieldViolations;
        assert.equal(violation?.field, 'header.model.reasons_document');
        assert.doesNotMatch(JSON.stringify([error.message, error.fieldViolations]), /77777777/);
        return true;
      },
    );
  }
});
