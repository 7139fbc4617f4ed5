import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLoopback, parseAddress } from './address.ts';

test('addresses are host:port', () => {
  assert.deepEqual(parseAddress('127.0.0.1:0'), { host: '127.0.0.1', port: 0 });
  assert.deepEqual(parseAddress('[::1]:65535'), { host: '::1', port: 65_535 });
  assert.deepEqual(parseAddress('verifier.assay.svc:7443'), { host: 'verifier.assay.svc', port: 7443 });
  for (const bad of [
    '',
    'host',
    'host:',
    ':1',
    '::1:1',
    'host:65536',
    'host:-1',
    'unix:/tmp/x:1',
    'a/b:1',
    'host:1 ',
  ]) {
    assert.throws(() => parseAddress(bad), { code: 'INVALID_ARGUMENT', reason: 'ADDRESS' }, bad);
  }
});

test('loopback is said in numbers', () => {
  for (const host of ['127.0.0.1', '127.1.2.3', '::1']) assert.ok(isLoopback(host), host);
  for (const host of [
    'localhost',
    '127.0.0.1.example.org',
    '0.0.0.0',
    '::',
    '128.0.0.1',
    '127.0.0',
    '::ffff:127.0.0.1',
  ]) {
    assert.equal(isLoopback(host), false, host);
  }
});
