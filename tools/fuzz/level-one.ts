import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createWitnessCalculator,
  parseR1cs,
  type R1cs,
  readSym,
  type Symbols,
  type WitnessCalculator,
} from '@assay/groth16';
import { cacheDirectory, contentHash, publishFolder } from '../setup/cache.ts';
import { runCircom } from '../setup/circom.ts';
import { circuitSources } from '../setup/circuit-sources.ts';

/** Constraints with names, at some level of simplification. */
export interface NamedConstraints {
  readonly r1cs: R1cs;
  readonly symbols: Symbols;
  /** Computes witnesses of these constraints. */
  readonly calculator: WitnessCalculator;
}

/**
 * A statement's constraints with nothing but equal signals merged (O1), from the cache: there a constraint computes a
 * signal as the source says, which the optimised ones do not.
 */
export async function loadLevelOne(name: string): Promise<NamedConstraints> {
  const hash = contentHash(['O1 wasm', name, ...(await circuitSources(name)).flat()]);
  const folder = join(cacheDirectory(), 'fuzz', hash);
  await publishFolder(folder, async (temporary) => {
    await runCircom(name, 'O1', ['--r1cs', '--sym', '--wasm'], temporary);
  });
  return readConstraints(folder, name);
}

/** Reads what the compiler has put into a folder. */
export async function readConstraints(folder: string, name: string): Promise<NamedConstraints> {
  const [r1cs, symbols, wasm] = await Promise.all([
    readFile(join(folder, `${name}.r1cs`)),
    readFile(join(folder, `${name}.sym`), 'utf8'),
    readFile(join(folder, `${name}_js`, `${name}.wasm`)),
  ]);
  return { r1cs: parseR1cs(r1cs), symbols: readSym(symbols), calculator: await createWitnessCalculator(wasm) };
}

/** Names of wires without `main.` and without the numbers that the compiler gives to anonymous components. */
export function namesOf({ symbols }: NamedConstraints): (wire: number) => string {
  const plain = (name: string): string => name.replace(/^main\./, '').replace(/_\d+_\d+(?=[.[]|$)/g, '_*');
  return (wire) => plain(symbols.namesOf.get(wire)?.[0] ?? `wire ${wire}`);
}
