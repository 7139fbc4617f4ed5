// The witness fuzzer: `main.ts [--circuit NAME] [--seconds N] [--seed S]`, N seconds for each sample of each circuit.
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';
import { describeFinding, summarize } from './report.ts';
import { CIRCUITS, targetsOf } from './targets.ts';

const { values } = parseArgs({
  options: { circuit: { type: 'string' }, seconds: { type: 'string' }, seed: { type: 'string' } },
});
const seconds = Number(values.seconds ?? 60);
const seed = values.seed ?? String(Date.now());
const circuits = values.circuit === undefined ? CIRCUITS : CIRCUITS.filter((name) => name === values.circuit);
if (circuits.length === 0 || !(seconds > 0)) {
  console.error(`fuzz: --circuit is one of ${CIRCUITS.join(', ')}, --seconds a positive number`);
  process.exit(2);
}

console.log(`seed ${seed}`);
let found = 0;
for (const circuit of circuits) {
  for (const target of await targetsOf(circuit)) {
    const report = fuzz(target, { seed, milliseconds: seconds * 1000 });
    console.log(summarize(target.name, report, target.r1cs.constraints.length));
    for (const finding of report.findings) console.log(`  ${describeFinding(finding)}`);
    found += report.findings.length;
  }
}
process.exitCode = found > 0 ? 1 : 0;
