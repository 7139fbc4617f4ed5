import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ed25519NoteSigner, encodeVerifierKey, leafHash, type NoteSigner, signCheckpoint, treeHash } from '@assay/tlog';
import { LogWitness } from './log-witness.ts';
import { WitnessState } from './witness-state.ts';

const root = mkdtempSync(join(tmpdir(), 'assay-witness-unit-'));
after(() => rmSync(root, { recursive: true }));
const log = ed25519NoteSigner('log.example', new Uint8Array(32).fill(1));
const own = ed25519NoteSigner('witness.example', new Uint8Array(32).fill(2));
const leaf = (n: number) => leafHash(Uint8Array.of(n));
const head = (size: number) =>
  signCheckpoint({ origin: log.name, size, root: treeHash(Array.from({ length: size }, (_, n) => leaf(n))) }, [log]);

function witness(state: WitnessState, signer: NoteSigner = own): LogWitness {
  return new LogWitness({ state, signer, logs: [encodeVerifierKey(log)], clock: () => 5000 });
}

test('a crash between keeping a head and answering loses no head, and lets no other tree in', async () => {
  const dir = join(root, 'crash');
  const crashing: NoteSigner = {
    ...own,
    sign() {
      throw new Error('the process ends here');
    },
  };
  const note = await head(2);
  {
    using state = new WitnessState(dir);
    await assert.rejects(witness(state, crashing).add({ old: 0, proof: [], note }), /ends here/);
  }
  using state = new WitnessState(dir);
  const again = witness(state);
  assert.deepEqual(await again.add({ old: 0, proof: [], note }), { kind: 'conflict', size: 2 });
  assert.equal((await again.add({ old: 2, proof: [], note })).kind, 'cosigned');
  const forged = await signCheckpoint({ origin: log.name, size: 2, root: leaf(9) }, [log]);
  assert.deepEqual(await again.add({ old: 2, proof: [], note: forged }), { kind: 'conflict', size: 2 });
  assert.equal(again.alarm(log.name)!.kind, 'fork');
  assert.equal((await again.add({ old: 2, proof: [leaf(2)], note: await head(3) })).kind, 'alarmed');
});

test('a tree without entries has one root, and its proof is empty', async () => {
  using state = new WitnessState(join(root, 'empty'));
  const own = witness(state);
  const wrong = await signCheckpoint({ origin: log.name, size: 0, root: leaf(0) }, [log]);
  assert.equal((await own.add({ old: 0, proof: [], note: wrong })).kind, 'proof-refused');
  assert.equal((await own.add({ old: 0, proof: [leaf(1)], note: await head(3) })).kind, 'proof-refused');
  assert.equal((await own.add({ old: 0, proof: [], note: await head(0) })).kind, 'cosigned');
  assert.equal((await own.add({ old: 0, proof: [], note: await head(3) })).kind, 'cosigned');
});
