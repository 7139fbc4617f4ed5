import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings, UsageError } from './settings.ts';

test('with nothing set, synthetic and fair applicants', () => {
  assert.deepEqual(readSettings({}), {
    ...{ data: undefined, biased: false, cheat: undefined, count: undefined },
    ...{ keep: false, table: false },
  });
});

test('empty variables, as make passes them on, count as not set', () => {
  assert.deepEqual(readSettings({ DATA: '', BIAS: '', CHEAT: '', COUNT: '', KEEP: '', TABLE: '' }), readSettings({}));
});

test('reads each of them', () => {
  const settings = readSettings({ BIAS: '1', COUNT: '48', KEEP: '1', TABLE: '1' });
  assert.deepEqual([settings.biased, settings.count, settings.keep, settings.table], [true, 48, true, true]);
  assert.equal(readSettings({ DATA: 'x.csv' }).data, 'x.csv');
  assert.equal(readSettings({ CHEAT: 'replay' }).cheat, 'replay');
});

for (const [name, env] of [
  ['BIAS', { BIAS: 'yes' }],
  ['COUNT', { COUNT: '19' }],
  ['COUNT', { COUNT: '24.5' }],
  ['COUNT', { COUNT: '1001' }],
  ['CHEAT', { CHEAT: 'lie' }],
  ['BIAS', { DATA: 'x.csv', BIAS: '1' }],
  ['CHEAT', { CHEAT: 'drop', BIAS: '1' }],
] as const) {
  test(`refuses ${JSON.stringify(env)}, naming ${name}`, () => {
    assert.throws(
      () => readSettings(env),
      (error) => error instanceof UsageError && error.message.includes(name),
    );
  });
}
