// Measurements:  main.ts [NAME ...] [--json] [--runs N]     all benches when none is named
import { parseArgs } from 'node:util';
import { Interrupted } from '../examples/demo/interruption.ts';
import { circuits } from './circuits.ts';
import { cost } from './cost.ts';
import { evidence } from './evidence.ts';
import { fairness } from './fairness.ts';
import { groth16 } from './groth16.ts';
import type { Bench } from './harness/bench.ts';
import { describeMachine, thisMachine } from './harness/machine.ts';
import { formatTable } from './harness/table.ts';
import { models } from './models.ts';
import { pipeline } from './pipeline.ts';
import { prove } from './prove.ts';
import { readApi } from './read-api.ts';

const BENCHES: readonly Bench[] = [circuits, groth16, prove, models, fairness, pipeline, cost, readApi, evidence];

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, runs: { type: 'string', default: '3' } },
});

async function run(bench: Bench, runs: number): Promise<void> {
  const machine = thisMachine();
  const onProgress = (what: string): void => void process.stderr.write(`${bench.name}: ${what}\n`);
  const { results, table } = await bench.run({ runs, onProgress });
  if (values.json) console.log(JSON.stringify({ bench: bench.name, machine, runs, results }, undefined, 2));
  else console.log(`${bench.title}\n${describeMachine(machine)}, median of ${runs}\n\n${formatTable(table)}\n`);
}

const chosen = positionals.length === 0 ? BENCHES : BENCHES.filter(({ name }) => positionals.includes(name));
const runs = Number(values.runs);
if (chosen.length < positionals.length || !Number.isInteger(runs) || runs < 1) {
  const names = BENCHES.map(({ name }) => name).join(' | ');
  process.stderr.write(`usage: main.ts [${names}] [--json] [--runs N]\n`);
  process.exitCode = 2;
} else {
  try {
    for (const bench of chosen) await run(bench, runs);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    process.stderr.write('interrupted; everything is stopped\n');
    process.exitCode = 130;
  }
}
