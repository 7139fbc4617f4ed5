import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Compiles circom source, which includes nothing, to the WebAssembly of its witness calculator. */
export async function compileCircuit(source: string): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-circuit-'));
  try {
    await writeFile(join(folder, 'circuit.circom'), `pragma circom 2.2.0;\n${source}`);
    const compiler = createRequire(import.meta.url).resolve('circom2/cli.js');
    const options = ['circuit.circom', '--wasm', '--O2', '-o', '.'];
    await promisify(execFile)(process.execPath, [compiler, ...options], { cwd: folder });
    return await readFile(join(folder, 'circuit_js', 'circuit.wasm'));
  } finally {
    await rm(folder, { recursive: true });
  }
}
