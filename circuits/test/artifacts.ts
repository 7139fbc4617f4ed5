import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  createWitnessCalculator,
  parseR1cs,
  type R1cs,
  readSym,
  type Symbols,
  type WitnessCalculator,
} from '@assay/groth16';

const CHECKOUT = resolve(import.meta.dirname, '../..');

/** A compiled statement, as tests use it: the optimised constraints, the names of wires, and the witness calculator. */
export interface CompiledStatement {
  readonly r1cs: R1cs;
  readonly symbols: Symbols;
  readonly calculator: WitnessCalculator;
}

/** Loads a statement's compilation of this checkout from the cache; fails when `make circuits` has not put it there. */
export async function loadStatement(name: string): Promise<CompiledStatement> {
  const folder = await compiledFolder(name);
  const [r1cs, sym, calculator] = await Promise.all([
    readFile(join(folder, `${name}.r1cs`)),
    readFile(join(folder, `${name}.sym`), 'utf8'),
    calculatorIn(folder, name),
  ]);
  return { r1cs: parseR1cs(r1cs), symbols: readSym(sym), calculator };
}

/** Loads the calculator alone, whose constraints are the source's: for circuits whose R1CS takes long to read. */
export async function loadCalculator(name: string): Promise<WitnessCalculator> {
  return await calculatorIn(await compiledFolder(name), name);
}

async function calculatorIn(folder: string, name: string): Promise<WitnessCalculator> {
  return await createWitnessCalculator(await readFile(join(folder, `${name}.wasm`)));
}

async function compiledFolder(name: string): Promise<string> {
  const cache = resolve(CHECKOUT, process.env.ASSAY_CACHE_DIR ?? '.cache');
  const current = await readFile(join(cache, 'circuits/current.json'), 'utf8').catch(() => '{}');
  const folder = (JSON.parse(current) as Record<string, string>)[name];
  if (folder === undefined) throw new Error(`circuit ${name} is not compiled: run "make circuits"`);
  return folder;
}
