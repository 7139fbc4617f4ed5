import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { intake, SCOPE } from '../../verify/test/world.ts';
import { assay } from './run.ts';
import { WrittenArchive } from './written-archive.ts';

const written = await WrittenArchive.create();
const forked = await WrittenArchive.create(await intake(9));
const other = await WrittenArchive.create(await intake(8));
const file = join(written.root, 'window.evidence');
after(() => {
  for (const one of [written, forked, other]) one[Symbol.dispose]();
});

const collect = (archive: WrittenArchive, out: string, ...more: readonly string[]) =>
  assay('evidence', '--trust', archive.trustFile, '--scope', SCOPE, '--window', '1', '--out', out, ...more);
const verify = (...args: readonly string[]) => assay('verify-evidence', ...args, '--trust', written.trustFile);

describe('evidence of a window', () => {
  before(async () => {
    const { status, stdout, stderr } = await collect(written, file, '--archive', written.dir);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /entries \d+ to \d+ and \d+ before them, \d+ bytes/);
  });

  test('is one file that says what it shows, and what not', async () => {
    const { status, stdout, stderr } = await verify(file);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^window {6}acme\/consumer\/2026q1 1: PROVED, 3 intakes, 1 withdrawn, 0 open$/m);
    assert.match(stdout, /^fairness {4}entry 18, all closings, age FAIL$/m);
    for (const title of ['Established:', 'Assuming that:', 'Not established:'])
      assert.match(stdout, new RegExp(`^${title}$`, 'm'));
    assert.match(stdout, /INSECURE: the verification keys are development keys/);
  });

  test('is had as JSON', async () => {
    const report = JSON.parse((await verify(file, '--json')).stdout) as Record<string, unknown>;
    assert.deepEqual([report.state, report.total, report.proofs], ['PROVED', 2, 7]);
  });

  test('says of envelopes that were removed what is still established, and that the rest is not', async () => {
    using pruned = await WrittenArchive.create();
    await pruned.prune();
    const out = join(pruned.root, 'pruned.evidence');
    const made = await collect(pruned, out, '--archive', pruned.dir);
    assert.equal(made.status, 0, made.stderr);
    assert.match(made.stdout, /were removed when their retention ended/);
    const { status, stdout, stderr } = await verify(out);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^window {6}\S+ 1: PRUNED, 3 intakes of which the envelopes were removed$/m);
    assert.match(stdout, /^tally {7}not established$/m);
    const [established, notEstablished] = [stdout.indexOf('Established:'), stdout.indexOf('Not established:')];
    assert.match(stdout.slice(established, notEstablished), /3 eligibility, 2 decision, 1 withdrawal; their entries/);
    assert.match(stdout.slice(notEstablished), /what the removed envelopes of window 1 said/);
  });

  test('is the same when it is read over HTTP, tile by tile', async () => {
    const server = createServer((request, response) => {
      const path = request.url!.replace(/^\/blob\/sha256\/(..)/, '/blob/sha256/$1/$1');
      try {
        response.end(readFileSync(join(written.dir, path)));
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    try {
      const { port } = server.address() as { port: number };
      const fetched = join(written.root, 'fetched.evidence');
      const { status, stderr } = await collect(written, fetched, '--url', `http://127.0.0.1:${port}`);
      assert.equal(status, 0, stderr);
      assert.deepEqual(readFileSync(fetched), readFileSync(file));
    } finally {
      server.close();
    }
  });

  test('fails with any line removed, replaced or in another place', async () => {
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
    const changed = join(written.root, 'changed.evidence');
    const envelopes = lines.map((_, at) => at).filter((at) => lines[at]!.includes('"envelope"'));
    for (const at of envelopes) {
      const [before] = envelopes.filter((one) => one !== at);
      for (const wrong of [
        lines.toSpliced(at, 1),
        lines.with(at, lines[at]!.replace(/"envelope":"(?:[^"\\]|\\.)*",/, '')),
        lines.with(at, lines[before!]!),
        lines.with(at, lines[before!]!).with(before!, lines[at]!),
      ]) {
        writeFileSync(changed, `${wrong.join('\n')}\n`);
        assert.equal((await verify(changed)).status, 1, `line ${at + 1}`);
      }
    }
    rmSync(changed);
  });

  test('shows a fork to whoever has a checkpoint of the other tree', async () => {
    const bundle = join(forked.root, 'window.evidence');
    await collect(forked, bundle, '--archive', forked.dir);
    assert.equal((await verify(bundle, '--checkpoint', join(forked.dir, 'checkpoint'))).status, 0);
    const { status, stderr } = await verify(bundle, '--checkpoint', join(other.dir, 'checkpoint'));
    assert.equal(status, 1);
    assert.match(stderr, /the log is forked: its key signed two trees of 20 entries/);
  });
});

test('a wrong call says what is wrong; what is not there is no check that failed', async () => {
  const out = join(written.root, 'none.evidence');
  for (const [args, message] of [
    [['evidence'], /takes --archive DIR or --url URL/],
    [['evidence', '--archive', written.dir, '--trust', written.trustFile, '--out', out], /--scope BANK/],
    [['verify-evidence', file], /takes one file/],
    [['verify-evidence', out, '--trust', written.trustFile], /cannot be read/],
  ] as const) {
    const { status, stderr } = await assay(...args);
    assert.equal(status, 2, stderr);
    assert.match(stderr, message);
  }
  const none = await assay(
    'evidence',
    '--archive',
    written.dir,
    '--trust',
    written.trustFile,
    '--scope',
    SCOPE,
    '--window',
    '7',
    '--out',
    out,
  );
  assert.equal(none.status, 1);
  assert.match(none.stderr, /has no window 7/);
  assert.equal(
    (await collect(written, file, '--archive', written.dir)).status,
    2,
    'a file that is there is not replaced',
  );
});
