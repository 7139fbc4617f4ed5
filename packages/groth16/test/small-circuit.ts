import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { curves, type MemoryFile, powersOfTau, zKey } from 'snarkjs';
import type { WitnessInput } from '../src/witness-calculator.ts';

/** The circuit of `small.circom`, compiled. */
export interface CompiledCircuit {
  readonly folder: string;
  readonly r1cs: Uint8Array;
  readonly wasm: Uint8Array;
  readonly sym: string;
  readonly wasmPath: string;
  remove(): Promise<void>;
}

/** A key for the circuit, by a ceremony of snarkjs with one contribution. */
export interface SmallKey {
  readonly zkey: Uint8Array;
  readonly zkeyPath: string;
  /** As snarkjs exports it. */
  readonly verificationKey: unknown;
}

/** Inputs that satisfy the circuit. Every secret one has ten digits or is telling in another way. */
export const SECRETS = { factors: [6_700_417_013n, 2_147_483_647n], offset: 839n } as const;
export const INPUT: WitnessInput = {
  product: SECRETS.factors[0] * SECRETS.factors[1],
  sum: SECRETS.factors[0] + SECRETS.factors[1] + SECRETS.offset,
  ...SECRETS,
};

/** Compiles the circuit in a new folder. */
export async function compileSmallCircuit(): Promise<CompiledCircuit> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-groth16-'));
  const compiler = createRequire(import.meta.url).resolve('circom2/cli.js');
  const options = ['small.circom', '--r1cs', '--wasm', '--sym', '--O2', '-o', folder];
  await promisify(execFile)(process.execPath, [compiler, ...options], { cwd: import.meta.dirname });
  const wasmPath = join(folder, 'small_js', 'small.wasm');
  return {
    folder,
    r1cs: await readFile(join(folder, 'small.r1cs')),
    wasm: await readFile(wasmPath),
    sym: await readFile(join(folder, 'small.sym'), 'utf8'),
    wasmPath,
    remove: () => rm(folder, { recursive: true }),
  };
}

/** Makes a key for the compiled circuit. Ends the threads that snarkjs starts for it. */
export async function setUpSmallKey(circuit: CompiledCircuit): Promise<SmallKey> {
  const [start, contributed, prepared, initial, final] = Array.from({ length: 5 }, (): MemoryFile => ({ type: 'mem' }));
  const curve = await curves.getCurveFromName('bn128');
  try {
    await powersOfTau.newAccumulator(curve, 5, start!);
    await powersOfTau.contribute(start!, contributed!, 'test', 'test');
    await powersOfTau.preparePhase2(contributed!, prepared!);
    await zKey.newZKey({ type: 'mem', data: circuit.r1cs }, prepared!, initial!);
    await zKey.contribute(initial!, final!, 'a contributor', 'test');
    const verificationKey = await zKey.exportVerificationKey(final!);
    const zkeyPath = join(circuit.folder, 'small.zkey');
    await writeFile(zkeyPath, final!.data!);
    return { zkey: final!.data!, zkeyPath, verificationKey };
  } finally {
    await curve.terminate();
  }
}
