import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { intake, jsonBytes, registration, trust, trustJson } from '../../verify/test/world.ts';
import { verifyArchive } from '../src/index.ts';
import { assay } from './run.ts';
import { WrittenArchive } from './written-archive.ts';

const written = await WrittenArchive.create();
const longer = await WrittenArchive.create(
  await registration('bank-key', { bank: 'other', publicKey: btoa('k'.repeat(32)) }),
);
after(() => {
  for (const one of [written, longer]) one[Symbol.dispose]();
});

const files = readdirSync(written.dir, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => join(parentPath, name));

test('an archive is checked from its files, and reported', async () => {
  const { status, stdout } = await assay('verify-archive', written.dir, '--trust', written.trustFile);
  assert.equal(status, 0);
  assert.match(stdout, /^log {9}INSECURE-DEMO\/verify-test, 19 entries$/m);
  assert.match(stdout, /^window {6}acme\/consumer\/2026q1 1: PROVED, 3 intakes, 1 withdrawn, age FAIL$/m);
  assert.match(stdout, /^every signature, proof, tally, tile and checkpoint fits$/m);
  assert.match(stdout, /^INSECURE: development keys/m);
});

test('the report is had as JSON', async () => {
  const { status, stdout } = await assay('verify-archive', written.dir, '--trust', written.trustFile, '--json');
  assert.equal(status, 0);
  const report = JSON.parse(stdout) as { size: number; entries: object; windows: object[] };
  assert.equal(report.size, 19);
  assert.deepEqual(report.entries, { registration: 11, accepted: 7, withdrawal: 1 });
});

for (const path of files) {
  const name = path.slice(written.dir.length + 1);
  test(`a changed byte is found, and what it is in is named: ${name}`, async () => {
    const whole = readFileSync(path);
    const positions = whole.length === 0 ? [0] : [0, whole.length >> 1, whole.length - 1];
    try {
      for (const position of positions) {
        const changed = Buffer.from(whole.length === 0 ? [0] : whole);
        changed[position] = changed[position]! ^ 1;
        writeFileSync(path, changed);
        await assert.rejects(verifyArchive(written.dir, trust), (error: Error & { code: string }) => {
          assert.ok(['CHECK_FAILED', 'checkpoint-refused', 'archive', 'corrupt'].includes(error.code), error.code);
          assert.match(error.message, /blob\/|entries/.test(name) ? /^entry \d+, / : /checkpoint|tile\/|lock/);
          return true;
        });
      }
    } finally {
      writeFileSync(path, whole);
    }
  });
}

test('a file more or less is found', async () => {
  const more = join(written.dir, 'tile', 'more');
  writeFileSync(more, 'x');
  await assert.rejects(verifyArchive(written.dir, trust), { code: 'CHECK_FAILED' });
  rmSync(more);
  const blob = files.find((path) => path.includes('blob'))!;
  const whole = readFileSync(blob);
  rmSync(blob);
  await assert.rejects(verifyArchive(written.dir, trust), { code: 'CHECK_FAILED', message: /entry \d+|blob/ });
  writeFileSync(blob, whole);
});

test('the log has to contain an earlier checkpoint: a newer one shows a rollback, another one a fork', async () => {
  const own = readFileSync(join(written.dir, 'checkpoint'));
  const newer = readFileSync(join(longer.dir, 'checkpoint'));
  await verifyArchive(longer.dir, trust, own);
  await assert.rejects(verifyArchive(written.dir, trust, newer), { code: 'CHECK_FAILED' });
  using forked = await WrittenArchive.create(await intake(4));
  await assert.rejects(verifyArchive(forked.dir, trust, newer), { code: 'CHECK_FAILED' });
  const { status, stderr } = await assay(
    ...['verify-archive', written.dir, '--trust', written.trustFile],
    ...['--at-least', join(longer.dir, 'checkpoint')],
  );
  assert.equal(status, 1, stderr);
});

test('an archive whose entries were never to be accepted fails, and the entry is named', async () => {
  using bad = await WrittenArchive.create(await intake(4, { policyHash: 5n }));
  await assert.rejects(verifyArchive(bad.dir, trust), { message: /^entry 19: not accepted by check context/ });
});

test('what is checked does not say whom to trust: not from within the archive, not over a link', async () => {
  using own = await WrittenArchive.create();
  const inside = join(own.dir, 'trust.json');
  copyFileSync(own.trustFile, inside);
  const { status, stderr } = await assay('verify-archive', own.dir, '--trust', inside);
  assert.equal(status, 2);
  assert.match(stderr, /inside the archive/);
  const link = join(own.root, 'link.json');
  symlinkSync(inside, link);
  assert.equal((await assay('verify-archive', own.dir, '--trust', link)).status, 2);
});

test('a wrong call says what is wrong, and ends with status 2', async () => {
  const other = join(written.root, 'other.json');
  writeFileSync(other, jsonBytes({ ...trustJson(), keyClass: 'ceremony' }));
  for (const [args, message] of [
    [['verify-archive'], /takes one directory/],
    [['verify-archive', written.dir], /takes one directory/],
    [['verify-archive', written.dir, '--trust', join(written.root, 'none')], /cannot be read/],
    [['verify-archive', written.dir, '--trust', other], /trust.log.origin starts with/],
    [['verify-archive', written.dir, '--trust', written.trustFile, '--verbose'], /Unknown option/],
    [['verify'], /usage:/],
  ] as const) {
    const { status, stderr } = await assay(...args);
    assert.equal(status, 2, stderr);
    assert.match(stderr, message);
  }
});

test('the command is a process: help is no wrong call, and the status is that of the run', () => {
  const main = new URL('../src/main.ts', import.meta.url).pathname;
  const { status, stderr } = spawnSync(process.execPath, [main, 'help'], { encoding: 'utf8' });
  assert.equal(status, 0);
  assert.match(stderr, /assay verify-archive DIR --trust FILE/);
  assert.equal(spawnSync(process.execPath, [main, 'none']).status, 2);
});
