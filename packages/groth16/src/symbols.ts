import { Groth16Error } from './error.ts';

/** Where the compiler put each named signal, `main.` included in the names. */
export interface Symbols {
  /** Wire of each signal that has one. Several signals may share a wire. */
  readonly wireOf: ReadonlyMap<string, number>;
  /** Every name of each wire, in the order of the file. */
  readonly namesOf: ReadonlyMap<number, readonly string[]>;
  /** Signals that the optimiser removed: no wire holds them. */
  readonly eliminated: ReadonlySet<string>;
}

/**
 * Reads a `.sym` file of circom: one `label,wire,component,name` a line, wire -1 for a signal that was optimised away.
 *
 * @throws Groth16Error `MALFORMED_SYMBOLS` naming the line.
 */
export function readSym(symText: string): Symbols {
  const wireOf = new Map<string, number>();
  const namesOf = new Map<number, string[]>();
  const eliminated = new Set<string>();
  const lines = symText.split('\n');
  for (const [index, line] of lines.entries()) {
    if (line === '' && index === lines.length - 1) break;
    const fields = /^\d+,(-1|\d+),\d+,(\S+)$/.exec(line);
    if (fields === null)
      throw new Groth16Error('MALFORMED_SYMBOLS', `line ${index + 1} is not label,wire,component,name`);
    const wire = Number(fields[1]);
    const name = fields[2]!;
    if (wire < 0) {
      eliminated.add(name);
      continue;
    }
    wireOf.set(name, wire);
    const names = namesOf.get(wire);
    if (names === undefined) namesOf.set(wire, [name]);
    else names.push(name);
  }
  return { wireOf, namesOf, eliminated };
}
