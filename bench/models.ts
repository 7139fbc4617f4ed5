import { readFile } from 'node:fs/promises';
import { readR1csHead } from '@assay/groth16';
import type { CircuitInput } from '@assay/statements';
import type { Bench } from './harness/bench.ts';
import { type ProvingFigures, startProver } from './harness/measured-prover.ts';
import { figure } from './harness/table.ts';
import { familyDecisions } from './retail.ts';

interface FamilyFigures extends ProvingFigures {
  readonly family: string;
  readonly circuit: string;
  readonly constraints: number;
  readonly keyMiB: number;
}

/** A decision by a model of each family and size: what it costs to prove. Each key is held with all its tables. */
export const models: Bench = {
  name: 'models',
  title: 'a decision by a model of each family (peak: of the process up to then, the smallest circuit first)',
  async run({ runs, onProgress }) {
    const results: FamilyFigures[] = [];
    for (const [family, { circuit, input }] of familyDecisions()) {
      onProgress(family);
      results.push(await measure(family, circuit, input, runs));
    }
    const head = ['family', 'constraints', 'key MiB', 'witness ms', 'proof ms', 'CPU s', 'peak MiB'];
    const rows = results.map((r) => [
      r.family,
      figure(r.constraints),
      figure(r.keyMiB),
      figure(r.witnessMs),
      figure(r.proveMs),
      r.cpuSeconds === null ? '-' : figure(r.cpuSeconds, 3),
      r.peakMiB === null ? '-' : figure(r.peakMiB),
    ]);
    return { results, table: { head, rows } };
  },
};

async function measure(family: string, circuit: string, input: CircuitInput, runs: number): Promise<FamilyFigures> {
  await using prover = await startProver(circuit, input);
  const { figures } = await prover.prove(input, runs);
  const { r1cs, zkey } = prover.artifacts;
  const { constraintCount } = readR1csHead(await readFile(r1cs));
  const keyMiB = (await readFile(zkey)).length / 2 ** 20;
  return { family, circuit, constraints: constraintCount, keyMiB, ...figures };
}
