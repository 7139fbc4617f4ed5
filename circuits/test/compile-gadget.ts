import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createWitnessCalculator, type WitnessCalculator } from '@assay/groth16';

const CHECKOUT = resolve(import.meta.dirname, '../..');

/**
 * Compiles `circuits/test/gadgets/<name>.circom` for tests that evaluate one gadget many times, which costs less than a
 * whole statement each time. Nothing is proved with it, so it is not simplified. Wires 1, 2, ... are the outputs.
 */
export async function compileGadget(name: string): Promise<WitnessCalculator> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-gadget-'));
  try {
    const source = `circuits/test/gadgets/${name}.circom`;
    const args = ['node_modules/circom2/cli.js', source, '--O1', '--wasm', '-l', 'node_modules/circomlib/circuits'];
    // `-l` takes every following word that is no flag.
    await promisify(execFile)(process.execPath, [...args, '-o', folder], { cwd: CHECKOUT });
    return await createWitnessCalculator(await readFile(join(folder, `${name}_js`, `${name}.wasm`)));
  } finally {
    await rm(folder, { recursive: true });
  }
}
