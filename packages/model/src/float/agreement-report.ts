import { BAND_BITS } from '../additive-model.ts';
import type { LoweringOptions } from '../lower-onnx.ts';
import type { Scale } from '../lowering/grid.ts';
import { evaluateModel } from '../model.ts';
import { compare, exact, type Rational, ratio, ZERO } from '../rational.ts';
import { FloatModel } from './float-model.ts';

/** Applicants that are run together; between two chunks whatever else the process does has its turn. */
const CHUNK = 256;

/** How the exact model and onnxruntime compare on given applicants. */
export interface AgreementReport {
  readonly rows: number;
  /** Share of the rows that would be referred because their score is within the band. */
  readonly inBandShare: number;
  /** Rows outside the band on which the two decide differently. Anything but 0 is a defect of this software. */
  readonly disagreementsOutsideBand: number;
  /** The largest |float score - exact score| as a part of that row's band: at most 1, or the bound does not hold. */
  readonly worstErrorToBand: number;
  /** The largest |float score - exact score|, in the graph's own unit. */
  readonly largestError: number;
  /** The widest band of a row, half of it, in the graph's own unit. */
  readonly widestBand: number;
  /** Rows outside the band whose label by the graph itself differs from the decision; only where `labelsCompared`. */
  readonly labelDisagreements: number;
  /** Whether the graph gives a label, and its own threshold is the registered cutoff. */
  readonly labelsCompared: boolean;
}

/**
 * Runs encoded applicants through both evaluations, in chunks, so that rows can be made or read as they are needed.
 *
 * @param bytes the ONNX file
 * @param rows 32 encoded attributes each, within the schema's ranges
 * @param onProgress is told after each chunk how many rows are done
 */
export async function agreementReport(
  bytes: Uint8Array,
  options: LoweringOptions,
  rows: Iterable<readonly bigint[]>,
  onProgress?: (rows: number) => void,
): Promise<AgreementReport> {
  const float = await FloatModel.open(bytes, options);
  try {
    const comparison = new Comparison(float, options.approveLabel);
    for (const chunk of chunksOf(rows)) {
      await comparison.add(chunk);
      onProgress?.(comparison.rows);
    }
    return comparison.report();
  } finally {
    await float.close();
  }
}

function* chunksOf(rows: Iterable<readonly bigint[]>): Generator<(readonly bigint[])[]> {
  let chunk: (readonly bigint[])[] = [];
  for (const row of rows) {
    chunk.push(row);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

class Comparison {
  rows = 0;
  readonly #float: FloatModel;
  readonly #approveLabel: string;
  readonly #labelsCompared: boolean;
  readonly #tally = { inBand: 0, disagreements: 0, labels: 0, worst: 0, error: 0, band: 0 };

  constructor(float: FloatModel, approveLabel: string) {
    this.#float = float;
    this.#approveLabel = approveLabel;
    const { score, verdict } = float.lowered;
    const labelCutoff = verdict.link === 'probability' ? ratio(1n, 2n) : ZERO;
    this.#labelsCompared = verdict.labelTensor !== undefined && compare(score.cutoff, labelCutoff) === 0n;
  }

  async add(rows: readonly (readonly bigint[])[]): Promise<void> {
    const { model } = this.#float.lowered;
    const tally = this.#tally;
    for (const [i, decision] of (await this.#float.decide(rows)).entries()) {
      const own = evaluateModel(model, rows[i]!);
      const { error, band, share } = distance(decision.score, own.score, own.band, model.report.scale);
      tally.worst = Math.max(tally.worst, share);
      tally.error = Math.max(tally.error, error);
      tally.band = Math.max(tally.band, band);
      if (own.inBand) tally.inBand++;
      else if (own.approve !== decision.approve) tally.disagreements++;
      else if (this.#labelsCompared && own.approve !== (decision.label === this.#approveLabel)) tally.labels++;
    }
    this.rows += rows.length;
  }

  report(): AgreementReport {
    const tally = this.#tally;
    return {
      rows: this.rows,
      inBandShare: this.rows === 0 ? 0 : tally.inBand / this.rows,
      disagreementsOutsideBand: tally.disagreements,
      worstErrorToBand: tally.worst,
      largestError: tally.error,
      widestBand: tally.band,
      labelDisagreements: tally.labels,
      labelsCompared: this.#labelsCompared,
    };
  }
}

/** `|float - exact|` and the band in the graph's unit, and the one as a part of the other, to six figures. */
function distance(float: number, score: bigint, band: bigint, scale: Scale) {
  const value = exact(float);
  const factor: Rational = ratio(
    (10n ** BigInt(scale.tens)) << BigInt(Math.max(scale.twos, 0)),
    1n << BigInt(Math.max(-scale.twos, 0)),
  );
  const den = value.den * factor.den;
  const difference = value.num * factor.num - score * den;
  const scaled = (difference < 0n ? -difference : difference) << BAND_BITS;
  const unit = factor.num << BAND_BITS;
  return {
    error: quotient(scaled, value.den * unit),
    band: quotient(band * factor.den, unit),
    // A leaf of zero alone has no band, and no error either.
    share:
      scaled === 0n ? 0 : band === 0n ? Number.POSITIVE_INFINITY : Number((scaled * 1_000_000n) / (band * den)) / 1e6,
  };
}

/** `num / den`, both not negative, to six figures. */
function quotient(num: bigint, den: bigint): number {
  return num === 0n ? 0 : Number(fraction(num, den));
}

function fraction(num: bigint, den: bigint): string {
  // A power of ten that leaves six digits or seven before the point.
  const tens = String(den).length - String(num).length + 6;
  const digits = tens >= 0 ? (num * 10n ** BigInt(tens)) / den : num / (den * 10n ** BigInt(-tens));
  return `${digits}e${-tens}`;
}
