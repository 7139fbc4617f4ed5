import { inferenceSeconds } from '../examples/demo/inference.ts';
import type { Bench } from './harness/bench.ts';
import { runPipeline } from './harness/pipeline-run.ts';
import { totalSeconds } from './harness/process-usage.ts';
import { figure } from './harness/table.ts';

/** Applications at most, seconds of sending for each run that is asked for, and applications under way at once. */
const APPLICATIONS = 200;
const SECONDS = 10;
const IN_FLIGHT = 16;
const DECISIONS = 1_000;
/** Rows that onnxruntime decides, again and again. */
const ROWS = 100;

/** What a decision under proof costs, beside the same decision alone. */
export const cost: Bench = {
  name: 'cost',
  title: 'processor time of 1,000 decisions, from the bank to the archive',
  async run({ runs, onProgress }) {
    const saturated = { applications: runs * APPLICATIONS, seconds: runs * SECONDS, inFlight: IN_FLIGHT };
    const run = await runPipeline({ alone: 0, saturated, onProgress });
    const { applications, usage } = run.saturated;
    const each = [...usage]
      .map(([process, used]) => ({ process, seconds: (DECISIONS * totalSeconds(used)) / applications }))
      .toSorted((a, b) => b.seconds - a.seconds);
    onProgress('onnxruntime on the same rows');
    const { model, schema, applicants } = run.dataset;
    const inference = DECISIONS * (await inferenceSeconds(model, schema, applicants.slice(0, ROWS)));
    const total = each.reduce((sum, { seconds }) => sum + seconds, 0);
    const results = {
      provingSystem: run.provingSystem,
      measured: applications,
      cpuSecondsPer1000: total,
      byProcess: each,
      onnxruntimeSecondsPer1000: inference,
      ratio: total / inference,
    };
    const rows = [
      ...each.map(({ process, seconds }) => [process, figure(seconds, 1)]),
      ['all of it', figure(total, 1)],
      ["onnxruntime's inference alone", figure(inference, 3)],
      ['ratio', figure(total / inference)],
    ];
    const head = [`proving with ${run.provingSystem}`, 'CPU s for 1,000 decisions'];
    return { results, table: { head, rows } };
  },
};
