import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { holds, parseR1cs, type R1cs, readSym, type WitnessInput } from '@assay/groth16';
import { compileLower, currentCircuitsFile } from '../setup/circuits.ts';
import { Progress } from '../setup/progress.ts';
import { labelReader } from './label-reader.ts';

/** A circuit at the level at which it is fuzzed, beside the one that it is proved at. */
export interface LevelOne {
  /** Constraints with nothing but equal signals merged (O1): there a constraint computes a signal as the source says. */
  readonly r1cs: R1cs;
  /** What is proved with, at O2. */
  readonly optimised: R1cs;
  /** A wire's name, without `main.` and without the numbers that the compiler gives to anonymous components. */
  readonly nameOf: (wire: number) => string;
  /** The value of each wire of `r1cs`; throws where they do not satisfy it. */
  readonly witness: (input: WitnessInput) => bigint[];
}

/** A statement that is compiled in this checkout; at O1 it is compiled where the cache lacks that. */
export async function loadLevelOne(name: string): Promise<LevelOne> {
  const folders = JSON.parse(await readFile(currentCircuitsFile(), 'utf8')) as Record<string, string>;
  const proved = folders[name];
  if (proved === undefined) throw new Error(`circuit ${name} is not compiled: run "make circuits"`);
  const progress = new Progress('circuits', 1);
  const lower = await compileLower(name, 'O1', progress);
  progress.end();
  return readLevelOne(join(lower.folder, name), {
    r1cs: join(proved, `${name}.r1cs`),
    wasm: join(proved, `${name}.wasm`),
  });
}

/**
 * Reads what the compiler has written.
 *
 * @param path of the `.r1cs` and `.sym` files at O1, without these endings
 * @param proved paths of constraints and calculator, at any level: the calculator computes all signals
 */
export async function readLevelOne(
  path: string,
  proved: { readonly r1cs: string; readonly wasm: string },
): Promise<LevelOne> {
  const [levelOne, sym, optimisedBytes, wasm] = await Promise.all([
    readFile(`${path}.r1cs`),
    readFile(`${path}.sym`, 'utf8'),
    readFile(proved.r1cs),
    readFile(proved.wasm),
  ]);
  const [r1cs, optimised] = [parseR1cs(levelOne), parseR1cs(optimisedBytes)];
  const { namesOf } = readSym(sym);
  const plain = (name: string): string => name.replace(/^main\./, '').replace(/_\d+_\d+(?=[.[]|$)/g, '_*');
  const read = await labelReader(wasm, optimised, r1cs.labels);
  return {
    r1cs,
    optimised,
    nameOf: (wire) => plain(namesOf.get(wire)?.[0] ?? `wire ${wire}`),
    witness: (input) => {
      const witness = read(input);
      if (!r1cs.constraints.every((constraint) => holds(constraint, witness)))
        throw new Error('a witness does not satisfy the constraints that it is of');
      return witness;
    },
  };
}
