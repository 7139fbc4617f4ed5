import { readFile } from 'node:fs/promises';
import { parseR1cs } from '@assay/groth16';
import { loadArtifacts } from '@assay/keys';
import { ON_DEMAND } from '../tools/setup/circuit-sources.ts';
import type { Bench } from './harness/bench.ts';
import { figure } from './harness/table.ts';

const LEVELS = ['O0', 'O1', 'O2'] as const;

interface Counts {
  readonly constraints: number;
  readonly nonLinear: number;
  readonly publicSignals: number;
  readonly wires: number;
}

/** Another size of a circuit is counted as it is proved alone. */
type CircuitCounts = Readonly<Record<'O2', Counts> & Partial<Record<(typeof LEVELS)[number], Counts>>>;

/** Size of each circuit. Nothing is timed: the committed counts are held against the compiled constraints. */
export const circuits: Bench = {
  name: 'circuits',
  title: 'constraints per statement',
  async run() {
    const pinned = JSON.parse(
      await readFile(new URL('../circuits/constraints.json', import.meta.url), 'utf8'),
    ) as Record<string, CircuitCounts>;
    const artifacts = await loadArtifacts({ onDemand: ON_DEMAND });
    const results = await Promise.all(
      Object.entries(pinned).map(async ([circuit, counts]) => {
        const files = artifacts[circuit];
        if (files === undefined) throw new Error(`${circuit} is pinned in circuits/constraints.json, and has no key`);
        const rows = await requireCompiled(circuit, counts.O2, files.r1cs);
        return { circuit, ...counts, ...rows };
      }),
    );
    const head = ['circuit', 'O0', 'O1', 'O2', 'wires', 'public', 'key rows', 'domain'];
    const rows = results.map(({ circuit, O0, O1, O2, keyRows, domain }) => [
      circuit,
      ...[O0, O1].map((counts) => (counts === undefined ? '' : figure(counts.constraints))),
      ...[O2.constraints, O2.wires, O2.publicSignals, keyRows, domain].map((n) => figure(n)),
    ]);
    return { results, table: { head, rows } };
  },
};

/** The rows of the key (constraints, the constant and each public signal) and the domain that holds them, which is what proving costs. */
async function requireCompiled(
  circuit: string,
  expected: Counts,
  path: string,
): Promise<{ readonly keyRows: number; readonly domain: number }> {
  const r1cs = parseR1cs(await readFile(path));
  const publicSignals = r1cs.publicInputs + r1cs.publicOutputs;
  const same =
    r1cs.constraints.length === expected.constraints &&
    r1cs.wireCount === expected.wires &&
    publicSignals === expected.publicSignals;
  if (!same) throw new Error(`${circuit}: the compiled constraints are not those of circuits/constraints.json`);
  const keyRows = r1cs.constraints.length + publicSignals + 1;
  return { keyRows, domain: 2 ** Math.ceil(Math.log2(keyRows)) };
}
