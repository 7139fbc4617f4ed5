import { BAND_BITS } from '../additive-model.ts';
import type { LoweringOptions } from '../lower-onnx.ts';
import type { Scale } from '../lowering/grid.ts';
import { evaluateModel } from '../model.ts';
import { compare, exact, type Rational, ratio, ZERO } from '../rational.ts';
import { FloatModel } from './float-model.ts';

const BATCH = 4096;

/** How the exact model and onnxruntime compare on given applicants. */
export interface AgreementReport {
  readonly rows: number;
  /** Share of the rows that would be referred because their score is within the band. */
  readonly inBandShare: number;
  /** Rows outside the band on which the two decide differently. Anything but 0 is a defect of this software. */
  readonly disagreementsOutsideBand: number;
  /** The largest |float score - exact score| as a part of that row's band: at most 1, or the bound does not hold. */
  readonly worstErrorToBand: number;
  /** Rows outside the band whose label by the graph itself differs from the decision; only where `labelsCompared`. */
  readonly labelDisagreements: number;
  /** Whether the graph gives a label, and its own threshold is the registered cutoff. */
  readonly labelsCompared: boolean;
}

/**
 * Runs encoded applicants through both evaluations.
 *
 * @param bytes the ONNX file
 * @param rows 32 encoded attributes each, within the schema's ranges
 */
export async function agreementReport(
  bytes: Uint8Array,
  options: LoweringOptions,
  rows: readonly (readonly bigint[])[],
): Promise<AgreementReport> {
  const float = await FloatModel.open(bytes, options);
  try {
    return await compareAll(float, options.approveLabel, rows);
  } finally {
    await float.close();
  }
}

async function compareAll(
  float: FloatModel,
  approveLabel: string,
  rows: readonly (readonly bigint[])[],
): Promise<AgreementReport> {
  const { model, score, verdict } = float.lowered;
  const labelCutoff = verdict.link === 'probability' ? ratio(1n, 2n) : ZERO;
  const labelsCompared = verdict.labelTensor !== undefined && compare(score.cutoff, labelCutoff) === 0n;
  const tally = { inBand: 0, disagreements: 0, labels: 0, worst: 0 };
  for (let start = 0; start < rows.length; start += BATCH) {
    const batch = rows.slice(start, start + BATCH);
    for (const [i, decision] of (await float.decide(batch)).entries()) {
      const own = evaluateModel(model, batch[i]!);
      tally.worst = Math.max(tally.worst, errorToBand(decision.score, own.score, own.band, model.report.scale));
      if (own.inBand) tally.inBand++;
      else if (own.approve !== decision.approve) tally.disagreements++;
      else if (labelsCompared && own.approve !== (decision.label === approveLabel)) tally.labels++;
    }
  }
  return {
    rows: rows.length,
    inBandShare: rows.length === 0 ? 0 : tally.inBand / rows.length,
    disagreementsOutsideBand: tally.disagreements,
    worstErrorToBand: tally.worst,
    labelDisagreements: tally.labels,
    labelsCompared,
  };
}

/** `|float - exact| / band`, to six figures. */
function errorToBand(float: number, score: bigint, band: bigint, scale: Scale): number {
  const value = exact(float);
  const factor: Rational = ratio(
    (10n ** BigInt(scale.tens)) << BigInt(Math.max(scale.twos, 0)),
    1n << BigInt(Math.max(-scale.twos, 0)),
  );
  const den = value.den * factor.den;
  const error = value.num * factor.num - score * den;
  const scaled = (error < 0n ? -error : error) << BAND_BITS;
  // A leaf of zero alone has no band, and no error either.
  if (band === 0n) return scaled === 0n ? 0 : Number.POSITIVE_INFINITY;
  return Number((scaled * 1_000_000n) / (band * den)) / 1_000_000;
}
