// Proves one witness with one engine, in a process of its own: started by prover-process.ts, never imported.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type Arithmetic,
  DEFAULT_MEMORY_LIMIT_BYTES,
  type Groth16Proof,
  loadNativeAddon,
  parseProof,
} from '@assay/groth16';
import { groth16 } from 'snarkjs';
import { decodeCoordinatesOf } from '../../packages/groth16/src/proof-coordinates.ts';
import { waitedSeconds } from './process-usage.ts';
import type { ProverTask, Sample } from './prover-process.ts';

/** An engine with its key loaded. */
interface Prover {
  readonly prove: () => Promise<Groth16Proof>;
  /** Seconds of processor time so far. */
  readonly cpuSeconds: () => number;
}

const WIRE_BYTES = 32;
/** A `.wtns` file's count of wires: behind magic, version, the head of the first section, and the field. */
const WIRE_COUNT_AT = 12 + 12 + 4 + WIRE_BYTES;

process.once('message', async (task: ProverTask) => {
  const [started, before] = [performance.now(), task.engine === 'rapidsnark' ? 0 : ownSeconds()];
  const prover = await load(task);
  const [loadSeconds, loadCpuSeconds] = [(performance.now() - started) / 1000, prover.cpuSeconds() - before];
  const samples: Sample[] = [];
  // The first is not counted.
  for (let run = 0; run <= task.runs; run++) samples.push(await measure(prover));
  const peakMiB = task.engine === 'rapidsnark' ? null : Math.round(process.resourceUsage().maxRSS / 1024);
  process.send!({ loadSeconds, loadCpuSeconds, peakMiB, samples: samples.slice(1) }, () => process.exit());
});

async function measure({ prove, cpuSeconds }: Prover): Promise<Sample> {
  const [started, before] = [performance.now(), cpuSeconds()];
  const proof = await prove();
  return { proof, wallSeconds: (performance.now() - started) / 1000, cpuSeconds: cpuSeconds() - before };
}

async function load({ engine, zkey, wtns }: ProverTask): Promise<Prover> {
  if (engine === 'rapidsnark') return { prove: () => runRapidsnark(zkey, wtns), cpuSeconds: waitedSeconds };
  const [key, witness] = await Promise.all([readFile(zkey), readFile(wtns)]);
  return {
    prove: engine === 'snarkjs' ? proveWithSnarkjs(key, witness) : await proveNatively(engine, key, witness),
    cpuSeconds: ownSeconds,
  };
}

function ownSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function proveWithSnarkjs(key: Uint8Array, wtns: Uint8Array): () => Promise<Groth16Proof> {
  return async () => parseProof((await groth16.prove({ type: 'mem', data: key }, { type: 'mem', data: wtns })).proof);
}

async function proveNatively(engine: Arithmetic, zkey: Uint8Array, wtns: Buffer): Promise<() => Promise<Groth16Proof>> {
  const addon = loadNativeAddon(engine)!;
  const threads = availableParallelism();
  const key = await addon.loadKey(zkey, { memoryLimitBytes: DEFAULT_MEMORY_LIMIT_BYTES, threads });
  const witness = Uint8Array.from(wtns.subarray(-WIRE_BYTES * wtns.readUInt32LE(WIRE_COUNT_AT)));
  return async () => decodeCoordinatesOf(await addon.prove(key, witness, { threads }));
}

/** The key is read anew for each proof, since the program makes one alone. */
async function runRapidsnark(zkey: string, wtns: string): Promise<Groth16Proof> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-rapidsnark-'));
  try {
    const [proof, publicSignals] = [join(folder, 'proof.json'), join(folder, 'public.json')];
    await promisify(execFile)(process.env.RAPIDSNARK!, [zkey, wtns, proof, publicSignals]);
    // It names no curve, and some versions end what they write with a zero byte.
    const written = JSON.parse((await readFile(proof, 'utf8')).replace(/\0+$/, ''));
    return parseProof({ ...written, curve: 'bn128' });
  } finally {
    await rm(folder, { recursive: true });
  }
}
