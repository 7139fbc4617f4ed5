import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { openCheckpoint, parseVerifierKey, rootFromTiles, verifyConsistency, withCosignatures } from '@assay/tlog';
import { WitnessProcess } from './process.ts';
import { LOG_KEY, ORIGIN, ServedLog } from './served-log.ts';

const logKeys = [parseVerifierKey(LOG_KEY)];

describe('a log that asks', () => {
  test('gets cosignatures for as long as it grows, across restarts and kills', async () => {
    await using log = await ServedLog.create();
    await using witness = await WitnessProcess.start();
    let old = 0;
    for (const [count, end] of [
      [3, 'stop'],
      [300, 'kill'],
      [1, undefined],
      [260, undefined],
    ] as const) {
      await log.grow(count);
      const response = await witness.post(await log.request(old));
      assert.equal(response.status, 200, await response.clone().text());
      const { note } = (await log.reader()).checkpoint();
      const cosigned = withCosignatures(note, new Uint8Array(await response.arrayBuffer()), [witness.key]);
      const { verified, size } = openCheckpoint(cosigned, { origin: ORIGIN, logKeys, otherKeys: [witness.key] });
      assert.deepEqual(
        verified.map(({ name }) => name),
        [ORIGIN, 'witness.example/w1'],
      );
      old = size;
      if (end === undefined) continue;
      await witness.service[end]();
      await witness.restart();
      assert.deepEqual(await witness.log(), { origin: ORIGIN, size, checkpoint: new TextDecoder().decode(cosigned) });
    }
    assert.equal((await witness.post(await log.request(old))).status, 200, 'the same head again');
  });

  test('is told what is wrong, in the words of the protocol', async () => {
    await using log = await ServedLog.create();
    await using witness = await WitnessProcess.start();
    await log.grow(5);
    assert.equal((await witness.post(await log.request(0))).status, 200);
    await log.grow(5);
    const good = await log.request(5);
    const wrongSize = await witness.post(await log.request(0));
    assert.deepEqual(
      [wrongSize.status, wrongSize.headers.get('content-type'), await wrongSize.text()],
      [409, 'text/x.tlog.size', '5\n'],
    );
    const [, hash] = good.split('\n');
    for (const [status, body] of [
      [400, ''],
      [400, good.replace('old 5', 'old 05')],
      [400, good.replace('old 5', 'old 11')],
      [400, good.replace(hash!, hash!.slice(1))],
      [400, `${good.split('\n\n')[0]}\n\nno note\n`],
      [403, good.replace(/(— \S+ \S{10})./, '$1A').replace(/(— \S+ \S{40})./, '$1B')],
      [404, good.replace(`\n\n${ORIGIN}\n`, '\n\nlog.example/other\n')],
      [413, `${good}${'x'.repeat(70_000)}`],
      [422, good.replace(hash!, `${Buffer.alloc(32, 1).toString('base64')}`)],
    ] as const) {
      const response = await witness.post(body);
      assert.equal(response.status, status, `${await response.text()} for ${body.slice(0, 200)}`);
    }
    assert.equal((await witness.log()).size, 5, 'nothing of this was cosigned');
    assert.equal((await witness.post(good)).status, 200);
  });

  test('of which only one of many requests at once can win', async () => {
    await using log = await ServedLog.create();
    await using witness = await WitnessProcess.start();
    await log.grow(4);
    const first = await log.request(0);
    await log.grow(4);
    const second = await log.request(0);
    const statuses = await Promise.all(
      [first, second, first, second].map(async (body) => (await witness.post(body)).status),
    );
    assert.deepEqual(statuses.toSorted(), [200, 409, 409, 409]);
  });

  test('is not cosigned once it signed two trees of one size, until an operator has looked', async () => {
    await using log = await ServedLog.create();
    await using witness = await WitnessProcess.start();
    await log.grow(6);
    log.fork('fork');
    await log.grow(2);
    await log.grow(2, { history: 'fork', tag: 'another' });
    assert.equal((await witness.post(await log.request(0))).status, 200);
    const refused = await witness.post(await log.request(6, 'fork'));
    assert.deepEqual([refused.status, await refused.text()], [409, '8\n']);
    const { alarm } = await witness.log();
    assert.equal(alarm!.kind, 'fork');
    const [first, second] = [alarm!.first, alarm!.second].map((note) =>
      openCheckpoint(new TextEncoder().encode(note), { origin: ORIGIN, logKeys }),
    );
    assert.deepEqual([first!.size, second!.size], [8, 8]);
    assert.notDeepEqual(first!.root, second!.root);

    await witness.service.kill();
    await witness.restart();
    await log.grow(1);
    assert.equal((await witness.post(await log.request(8))).status, 503, 'the alarm survives');
    const acknowledge = new URL('../src/acknowledge.ts', import.meta.url).pathname;
    const env = { ...process.env, ASSAY_CONFIG: witness.configFile };
    const { stdout } = await promisify(execFile)(process.execPath, [acknowledge, ORIGIN], { env });
    assert.match(stdout, /^1 alarm about log\.example\/test acknowledged$/m);
    assert.equal((await witness.post(await log.request(8))).status, 200);
  });
});

describe('a log that does not ask', () => {
  test('is followed from its checkpoint and tiles', async () => {
    await using log = await ServedLog.create();
    await log.grow(3);
    await using witness = await WitnessProcess.start(log.url);
    await log.looked();
    assert.equal((await witness.log()).size, 3);
    await log.grow(700);
    await log.looked();
    const { size, checkpoint } = await witness.log();
    assert.equal(size, 703);
    const note = new TextEncoder().encode(checkpoint);
    assert.equal(openCheckpoint(note, { origin: ORIGIN, logKeys, otherKeys: [witness.key] }).verified.length, 2);
    assert.equal((await witness.post(await log.request(3))).status, 409, 'what it has asked for before is behind');
    assert.equal((await witness.post(await log.request(703))).status, 200);
  });

  test('is found out when it shows a longer tree that lacks what was cosigned, and the evidence says so to anybody', async () => {
    await using log = await ServedLog.create();
    await log.grow(300);
    log.fork('fork');
    await log.grow(5);
    await log.grow(9, { history: 'fork', tag: 'another' });
    await using witness = await WitnessProcess.start(log.url);
    await log.looked();
    log.show('fork');
    await log.looked();
    const { size, alarm } = await witness.log();
    assert.deepEqual([size, alarm!.kind], [305, 'inconsistent']);
    const [old, seen] = [alarm!.first, alarm!.second].map((note) =>
      openCheckpoint(new TextEncoder().encode(note), { origin: ORIGIN, logKeys }),
    );
    const claim = {
      ...{ oldSize: old!.size, newSize: seen!.size, newRoot: seen!.root },
      proof: alarm!.proof.map((hash) => new Uint8Array(Buffer.from(hash, 'base64'))),
    };
    const forked = await log.reader('fork');
    verifyConsistency({ ...claim, oldRoot: await rootFromTiles(305, forked, forked.size) });
    assert.throws(() => verifyConsistency({ ...claim, oldRoot: old!.root }), { code: 'proof-refused' });
  });

  test('is found out when it shows a shorter tree that is none of its past', async () => {
    await using log = await ServedLog.create();
    await log.grow(10);
    log.fork('fork');
    await log.grow(10);
    await log.grow(5, { history: 'fork', tag: 'another' });
    await using witness = await WitnessProcess.start(log.url);
    await log.looked();
    // The head that is older and another's, over the tiles of the newer.
    log.showCheckpointOf('fork');
    await log.looked();
    const { size, alarm } = await witness.log();
    assert.deepEqual([size, alarm!.kind], [20, 'inconsistent']);
  });

  test('is not accused for an older head, nor for tiles that do not fit', async () => {
    await using log = await ServedLog.create();
    await log.grow(10);
    log.fork('older');
    await log.grow(10);
    await using witness = await WitnessProcess.start(log.url);
    await log.looked();
    for (const history of ['older', 'nothing']) {
      log.show(history);
      await log.looked();
      const { size, alarm } = await witness.log();
      assert.deepEqual([size, alarm], [20, undefined], history);
    }
    assert.match(witness.service.output(), /log cannot be followed/);
  });
});
