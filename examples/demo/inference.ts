import { FloatModel } from '@assay/model';
import { encodeAttributes, type Schema } from '@assay/schema';
import type { DemoApplicant, ModelFile } from './dataset.ts';

const ROUNDS = 20;

/** CPU seconds that onnxruntime takes to decide one applicant, one at a time, measured here and now. */
export async function inferenceSeconds(
  { onnx, lowering }: ModelFile,
  schema: Schema,
  applicants: readonly DemoApplicant[],
): Promise<number> {
  const rows = applicants.map(({ values }) => encodeAttributes(schema, values));
  const model = await FloatModel.open(onnx, lowering);
  try {
    await model.decide(rows);
    const before = process.cpuUsage();
    for (let round = 0; round < ROUNDS; round++) for (const row of rows) await model.decide([row]);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6 / (ROUNDS * rows.length);
  } finally {
    await model.close();
  }
}
