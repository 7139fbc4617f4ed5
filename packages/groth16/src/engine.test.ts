import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { builtArithmetics, needsNative } from '../test/native.ts';
import {
  type CompiledCircuit,
  compileSmallCircuit,
  INPUT,
  SECRETS,
  type SmallKey,
  setUpSmallKey,
} from '../test/small-circuit.ts';
import type { ProvingEngine } from './engine.ts';
import { Groth16Error } from './error.ts';
import { createNativeEngine } from './native-engine.ts';
import { createSnarkjsEngine } from './snarkjs-engine.ts';
import type { CircuitFiles } from './snarkjs-messages.ts';
import { parseVerificationKey } from './verification-key.ts';
import { verifyGroth16 } from './verify-groth16.ts';
import { calculateWitness } from './witness-calculator.ts';
import { extractWitnessGraph } from './witness-graph/extract-graph.ts';

let circuit: CompiledCircuit;
let key: SmallKey;
let witnessGraph: string;
before(async () => {
  circuit = await compileSmallCircuit();
  key = await setUpSmallKey(circuit);
  witnessGraph = join(circuit.folder, 'small.graph');
  await writeFile(witnessGraph, await extractWitnessGraph(circuit.wasm));
});
after(() => circuit.remove());

/** What a test sets up beside the circuit itself. */
interface Wanted {
  readonly circuits?: Readonly<Record<string, CircuitFiles>>;
  readonly workers?: number;
  readonly queueLimit?: number;
  readonly selfCheck?: boolean;
}

const [arithmetic] = builtArithmetics;

/** Every kind of engine, with what differs between them. */
const KINDS = [
  {
    title: 'snarkjs',
    kind: 'snarkjs',
    system: 'groth16/snarkjs',
    needs: {},
    childrenEach: 1,
    start: (wanted: Wanted) => createSnarkjsEngine({ ...setUp(wanted), threads: 'one' }),
  },
  {
    title: 'native',
    kind: 'native',
    system: `groth16/native-${arithmetic}`,
    needs: needsNative,
    childrenEach: 0,
    start: (wanted: Wanted) => startNative(setUp(wanted)),
  },
  {
    title: 'native, with witness graphs',
    kind: 'native',
    system: `groth16/native-${arithmetic}`,
    needs: needsNative,
    childrenEach: 0,
    start: (wanted: Wanted) => {
      const options = setUp(wanted);
      return startNative({ ...options, circuits: { small: { ...options.circuits.small!, witnessGraph } } });
    },
  },
] as const;

function setUp(wanted: Wanted): Required<Wanted> {
  return {
    selfCheck: true,
    circuits: { small: { zkey: key.zkeyPath, wasm: circuit.wasmPath } },
    workers: 1,
    queueLimit: 2,
    ...wanted,
  };
}

function startNative(options: Required<Wanted>): Promise<ProvingEngine> {
  return createNativeEngine({ ...options, threads: 1, arithmetic: arithmetic! });
}

/** Processes that this one has started and that have not ended. */
async function childPids(): Promise<number[]> {
  const list = await readFile(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8');
  return list.split(' ').filter(Boolean).map(Number);
}

const failsWith = (code: string) => (error: unknown) => error instanceof Groth16Error && error.code === code;

for (const { title, kind, system, needs, childrenEach, start } of KINDS) {
  describe(title, needs, () => {
    test('proofs are made, with their stages measured', async () => {
      const engine = await start({});
      const stages: [string, bigint, bigint][] = [];
      const before = BigInt(Date.now()) * 1_000_000n;
      const made = await engine.prove('small', INPUT, { onStage: (...stage) => stages.push(stage) });
      assert.deepEqual(verifyGroth16(parseVerificationKey(key.verificationKey), made.publicSignals, made.proof), {
        ok: true,
      });
      assert.deepEqual(made.publicSignals.slice(1), [INPUT.product, INPUT.sum]);
      assert.deepEqual(
        stages.map(([stage]) => stage),
        ['witness', 'prove'],
      );
      const [witness, prove] = stages as [[string, bigint, bigint], [string, bigint, bigint]];
      // The two processes' clocks may differ by a millisecond.
      assert.ok(
        before - 1_000_000n <= witness[1] && witness[1] <= witness[2] && witness[2] <= prove[1] && prove[1] < prove[2],
      );
      assert.ok(made.timings.proveMs > 0 && made.timings.queueMs >= 0);
      assert.deepEqual(await engine.witness('small', INPUT), await calculateWitness(circuit.wasm, INPUT));
      assert.equal(engine.name, kind);
      assert.equal(engine.provingSystem, system);
      assert.equal((await childPids()).length, childrenEach);
      await engine.close();
      assert.deepEqual(await childPids(), []);
    });

    test('a refused witness is told without its values, and the next proof is made', async () => {
      const engine = await start({});
      for (const input of [
        { ...INPUT, sum: 1n },
        { ...INPUT, factors: [SECRETS.factors[0]] },
      ]) {
        await assert.rejects(engine.prove('small', input), (error: Groth16Error) => {
          assert.ok(['WITNESS_REJECTED', 'MALFORMED_INPUT'].includes(error.code));
          const shown = `${error.message} ${error.stack} ${JSON.stringify(error)}`;
          for (const value of Object.values(INPUT).flat(2)) assert.ok(!shown.includes(`${value}`));
          return true;
        });
      }
      await assert.rejects(engine.prove('other', INPUT), failsWith('UNKNOWN_CIRCUIT'));
      assert.equal((await engine.prove('small', INPUT)).publicSignals.length, 3);
      await engine.close();
    });

    test('a full queue answers at once with a delay from measured proofs', async () => {
      const engine = await start({ queueLimit: 1 });
      const { timings } = await engine.prove('small', INPUT);
      const running = [engine.prove('small', INPUT), engine.prove('small', INPUT)];
      await assert.rejects(engine.prove('small', INPUT), (error: Groth16Error) => {
        assert.equal(error.code, 'QUEUE_FULL');
        assert.ok(
          error.retryAfterMs! >= timings.proveMs && error.retryAfterMs! < 20 * (timings.witnessMs + timings.proveMs),
        );
        return true;
      });
      const [, second] = await Promise.all(running);
      assert.ok(second!.timings.queueMs > 0);
      await engine.close();
    });

    test('a job can be cancelled before it is sent, while it waits and while it runs', async () => {
      const engine = await start({});
      await assert.rejects(engine.prove('small', INPUT, { signal: AbortSignal.abort() }), failsWith('ABORTED'));
      const [runs, waits] = [new AbortController(), new AbortController()];
      const running = engine.prove('small', INPUT, { signal: runs.signal });
      const waiting = engine.prove('small', INPUT, { signal: waits.signal });
      const last = engine.prove('small', INPUT);
      waits.abort();
      await assert.rejects(waiting, failsWith('ABORTED'));
      runs.abort();
      await assert.rejects(running, failsWith('ABORTED'));
      assert.equal((await last).publicSignals.length, 3);
      await engine.close();
    });

    test('closing lets the running job end, turns away the others and leaves no process', async () => {
      const engine = await start({});
      const running = engine.prove('small', INPUT);
      const waiting = engine.prove('small', INPUT);
      const closing = engine.close();
      await assert.rejects(waiting, failsWith('CLOSED'));
      await assert.rejects(engine.prove('small', INPUT), failsWith('CLOSED'));
      assert.equal((await running).publicSignals.length, 3);
      await closing;
      assert.deepEqual(await childPids(), []);
    });

    test('files that do not belong together, or are not the expected ones, are refused at the start', async () => {
      const files = { zkey: key.zkeyPath, wasm: circuit.wasmPath };
      const damaged = join(circuit.folder, 'damaged.zkey');
      await writeFile(damaged, key.zkey.subarray(0, 900));
      const refused = [
        { ...files, zkey: damaged },
        { ...files, zkey: join(circuit.folder, 'absent.zkey') },
        { ...files, zkeySha256: '00'.repeat(32) },
        { ...files, wasmSha256: '00'.repeat(32) },
      ];
      for (const small of refused) await assert.rejects(start({ circuits: { small } }), failsWith('MALFORMED_KEY'));
      assert.deepEqual(await childPids(), []);
    });

    test('a key that belongs to another circuit of the same size is caught before its proof leaves', async () => {
      const foreign = Uint8Array.from(key.zkey);
      // IC[1] and IC[2] exchanged, in section 3: the key is well formed, and its proofs do not verify.
      const ic = sectionStart(foreign, 3);
      const [first, second] = [foreign.slice(ic + 64, ic + 128), foreign.slice(ic + 128, ic + 192)];
      foreign.set(second, ic + 64);
      foreign.set(first, ic + 128);
      const zkey = join(circuit.folder, 'foreign.zkey');
      await writeFile(zkey, foreign);
      const circuits = { small: { zkey, wasm: circuit.wasmPath } };
      const checking = await start({ circuits });
      await assert.rejects(checking.prove('small', INPUT), failsWith('SELF_CHECK_FAILED'));
      await checking.close();
      const trusting = await start({ circuits, selfCheck: false });
      assert.equal((await trusting.prove('small', INPUT)).publicSignals.length, 3);
      await trusting.close();
    });

    test('several proofs are made side by side', async () => {
      const engine = await start({ workers: 2, queueLimit: 4 });
      const made = await Promise.all(Array.from({ length: 5 }, () => engine.prove('small', INPUT)));
      const verificationKey = parseVerificationKey(key.verificationKey);
      for (const { proof, publicSignals } of made) assert.ok(verifyGroth16(verificationKey, publicSignals, proof).ok);
      // Each with blinding of its own.
      assert.equal(new Set(made.map(({ proof }) => proof.a.x)).size, made.length);
      await engine.close();
      assert.deepEqual(await childPids(), []);
    });
  });
}

test('a witness graph that is damaged, or not the expected one, is refused at the start', needsNative, async () => {
  const files = { zkey: key.zkeyPath, wasm: circuit.wasmPath };
  const damaged = join(circuit.folder, 'damaged.graph');
  await writeFile(damaged, (await readFile(witnessGraph)).subarray(0, 400));
  const start = (small: CircuitFiles) => startNative(setUp({ circuits: { small } }));
  await assert.rejects(start({ ...files, witnessGraph: damaged }), failsWith('MALFORMED_GRAPH'));
  const other = { witnessGraph, witnessGraphSha256: '00'.repeat(32) };
  await assert.rejects(start({ ...files, ...other }), failsWith('MALFORMED_KEY'));
});

test('a process that dies fails its own job alone, and is replaced', async () => {
  const engine = await createSnarkjsEngine({ ...setUp({}), threads: 'one' });
  const doomed = engine.prove('small', INPUT);
  const waiting = engine.prove('small', INPUT);
  const [pid] = await childPids();
  process.kill(pid!, 'SIGKILL');
  await assert.rejects(doomed, failsWith('WORKER_DIED'));
  assert.equal((await waiting).publicSignals.length, 3);
  const [replacement] = await childPids();
  assert.notEqual(replacement, pid);
  await engine.close();
});

function sectionStart(file: Uint8Array, wanted: number): number {
  const view = new DataView(file.buffer, file.byteOffset);
  for (let at = 12; ; at += 12 + Number(view.getBigUint64(at + 4, true))) {
    if (view.getUint32(at, true) === wanted) return at + 12;
  }
}
