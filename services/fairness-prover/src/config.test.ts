import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, Section } from '@assay/config';
import { readConfig } from './config.ts';

const GIVEN = {
  dir: '/var/lib/assay/fairness-prover',
  listen: '127.0.0.1:0',
  bus: { servers: ['nats://127.0.0.1:4222'], monitorUrls: ['http://127.0.0.1:8222'] },
  bank: 'acme',
  verifier: '127.0.0.1:7000',
  sealingKeyFile: 'sealing.jwk',
  envelopeKeyFile: 'envelope.key',
  proving: { workers: 2, queueLimit: 8 },
};
const read = (value: object) => readConfig(Section.parse(JSON.stringify(value)));

test('development keys and plain connections beyond this machine have to be asked for', () => {
  const config = read(GIVEN);
  assert.equal(config.allowDevelopmentKeys, false);
  assert.deepEqual(config.security.server, { kind: 'insecure-loopback' });
  assert.deepEqual(config.proving, { ...GIVEN.proving, keyMemoryMiB: 512 });
});

test('what is missing, wrong or unknown is named', () => {
  const wrong: [string, object][] = [
    ['bank', { ...GIVEN, bank: 'Acme' }],
    ['dir', { ...GIVEN, dir: undefined }],
    ['proving.workers', { ...GIVEN, proving: { workers: 0, queueLimit: 8 } }],
    ['proving.threads', { ...GIVEN, proving: { ...GIVEN.proving, threads: 1 } }],
    ['allowDevelopmentKeys', { ...GIVEN, allowDevelopmentKeys: 'yes' }],
    ['keyDir', { ...GIVEN, keyDir: 'x' }],
  ];
  for (const [member, value] of wrong) {
    assert.throws(
      () => read(value),
      (error) => error instanceof ConfigError && error.message.startsWith(`${member} `),
    );
  }
});
