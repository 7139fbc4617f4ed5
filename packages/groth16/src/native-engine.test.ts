import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { chainCircuit, keySecrets } from '../test/chain-circuit.ts';
import { builtArithmetics, needsNative } from '../test/native.ts';
import { createVerifier } from './create-verifier.ts';
import { Groth16Error } from './error.ts';
import { loadNativeAddon } from './native-addon.ts';
import type { LoadedKey } from './native-circuits.ts';
import { NativeWorker } from './native-worker.ts';
import { QueuedEngine } from './queued-engine.ts';
import { ThreadShare } from './thread-share.ts';
import type { WitnessSource } from './witness-source.ts';
import { readZkeyHead } from './zkey.ts';

const CHAIN_ROWS = 2 ** 13;
const [arithmetic] = builtArithmetics;

/** Gives the same witness each time, and keeps what it has given. */
class KnownWitness implements WitnessSource {
  readonly given: Uint8Array[] = [];
  readonly #witness: Uint8Array;

  constructor(witness: Uint8Array) {
    this.#witness = witness;
  }

  async witness(): Promise<Uint8Array> {
    const bytes = Uint8Array.from(this.#witness);
    this.given.push(bytes);
    return bytes;
  }

  async close(): Promise<void> {}
}

const failsWith = (code: string) => (error: unknown) => error instanceof Groth16Error && error.code === code;

describe('an engine of native workers', needsNative, () => {
  let keys: ReadonlyMap<string, LoadedKey>;
  let witness: Uint8Array;

  before(async () => {
    const addon = loadNativeAddon(arithmetic)!;
    const chain = chainCircuit(CHAIN_ROWS);
    const zkey = await addon.computeProvingKey(chain.r1cs, keySecrets(), new Uint8Array(64), { threads: 2 });
    const { verificationKey, wireCount, publicCount } = readZkeyHead(zkey);
    const key = await addon.loadKey(zkey, { memoryLimitBytes: 0, threads: 2 });
    keys = new Map([['chain', { key, wireCount, publicCount, verificationKey }]]);
    witness = chain.witness;
  });

  function start(workers = 1) {
    const addon = loadNativeAddon(arithmetic)!;
    const witnesses = new KnownWitness(witness);
    const verifier = createVerifier({ arithmetic: arithmetic! });
    const parts = { addon, keys, share: new ThreadShare(1), witnesses, verifier };
    const engine = new QueuedEngine({
      ...{ name: 'native', provingSystem: 'groth16/native', circuits: ['chain'], queueLimit: 8 },
      workers: Array.from({ length: workers }, () => new NativeWorker(parts)),
    });
    return { engine, witnesses };
  }

  /** A signal that is aborted as soon as the witness is there: the proof has then begun. */
  function abortedWhenProving() {
    const controller = new AbortController();
    const onStage = (stage: string) => void (stage === 'witness' && setImmediate(() => controller.abort()));
    return { signal: controller.signal, onStage };
  }

  test('a proof can be cancelled in its middle, and the next one is made', async () => {
    const { engine } = start();
    const stages: string[] = [];
    const { signal, onStage } = abortedWhenProving();
    const cancelled = engine.prove(
      'chain',
      {},
      {
        signal,
        onStage: (stage) => {
          stages.push(stage);
          onStage(stage);
        },
      },
    );
    await assert.rejects(cancelled, failsWith('ABORTED'));
    assert.deepEqual(stages, ['witness']);
    assert.equal((await engine.prove('chain', {})).publicSignals.length, 1);
    await engine.close();
  });

  test('one cancelled proof does not touch those beside it', async () => {
    const { engine } = start(3);
    const jobs = [
      engine.prove('chain', {}),
      engine.prove('chain', {}, abortedWhenProving()),
      engine.prove('chain', {}),
    ];
    const results = await Promise.allSettled(jobs);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    await engine.close();
  });

  test('closing in the middle of proofs lets them end', async () => {
    const { engine } = start(2);
    const running = [engine.prove('chain', {}), engine.prove('chain', {})];
    const waiting = engine.prove('chain', {});
    const closing = engine.close();
    await assert.rejects(waiting, failsWith('CLOSED'));
    assert.equal((await Promise.all(running)).length, 2);
    await closing;
  });

  test('witnesses are wiped, whether their proof was made or not', async () => {
    const { engine, witnesses } = start();
    await engine.prove('chain', {});
    await assert.rejects(engine.prove('chain', {}, abortedWhenProving()), failsWith('ABORTED'));
    await engine.witness('chain', {});
    assert.equal(witnesses.given.length, 3);
    for (const bytes of witnesses.given) assert.ok(bytes.every((byte) => byte === 0));
    await engine.close();
  });
});
