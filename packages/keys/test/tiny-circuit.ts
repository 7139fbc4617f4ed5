import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SCALAR_FIELD_ORDER } from '@assay/groth16';

/** The circuit of `tiny.circom`, compiled into a folder of its own: `tiny.r1cs`, `tiny.wasm`, `tiny.sym`. */
export interface TinyCircuit {
  readonly folder: string;
  readonly r1cs: Uint8Array;
  readonly wasm: Uint8Array;
  remove(): Promise<void>;
}

/** Compiles the circuit in a new folder. */
export async function compileTinyCircuit(): Promise<TinyCircuit> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-keys-'));
  const compiler = createRequire(import.meta.url).resolve('circom2/cli.js');
  const options = ['tiny.circom', '--r1cs', '--wasm', '--sym', '--O2', '-o', folder];
  await promisify(execFile)(process.execPath, [compiler, ...options], { cwd: import.meta.dirname });
  await copyFile(join(folder, 'tiny_js', 'tiny.wasm'), join(folder, 'tiny.wasm'));
  return {
    folder,
    r1cs: await readFile(join(folder, 'tiny.r1cs')),
    wasm: await readFile(join(folder, 'tiny.wasm')),
    remove: () => rm(folder, { recursive: true }),
  };
}

/** Inputs that satisfy the circuit. */
export function tinyInput(): { bound: bigint; unused: bigint; secrets: bigint[] } {
  const secrets = [11n, 13n, 17n];
  let step = 11n * 13n + 5n;
  for (let i = 1; i < 9; i++) step = ((step - 3n * 17n) * (step + secrets[i % 3]! + 7n)) % SCALAR_FIELD_ORDER;
  return { bound: (step * 17n) % SCALAR_FIELD_ORDER, unused: 19n, secrets };
}
