import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Section } from '@assay/config';
import { readConfig } from './config.ts';

const json = {
  dir: '/data',
  trustFile: '/etc/trust.json',
  logKeyFile: '/etc/log.key',
  listen: '127.0.0.1:0',
  bus: { servers: ['nats://127.0.0.1:4222'], monitorUrls: ['http://127.0.0.1:8222'] },
  banks: ['acme'],
};
const read = (changes: object = {}) => readConfig(Section.parse(JSON.stringify({ ...json, ...changes })));

test('development keys are refused unless the configuration allows them; servers have to sync', () => {
  const config = read();
  assert.equal(config.allowDevelopmentKeys, false);
  assert.equal(config.bus.requireSyncAlways, true);
  assert.equal(config.pendingDeadlineSeconds, 86_400);
  assert.deepEqual(config.security, { kind: 'insecure-loopback' });
});

for (const [what, changes] of Object.entries({
  'a member that is none': { allowDevelopmentKey: true },
  'a permission that is no flag': { allowDevelopmentKeys: 'false' },
  'no bank': { banks: [] },
  'a bank with capitals': { banks: ['Acme'] },
  'no trust file': { trustFile: undefined },
  'no time between attempts': { pendingRetrySeconds: 0 },
})) {
  test(`a configuration is refused: ${what}`, () => {
    assert.throws(() => read(changes), { code: 'CONFIG_MEMBER' });
  });
}
