import { randomInt } from 'node:crypto';
import type { model as contract } from '@assay/contracts';
import { agreementReport, type LoweringOptions, ModelError, randomApplicants } from '@assay/model';

/** Random applicants on which the exact model is compared with onnxruntime before it is installed. */
const ROWS = 10_000;

/**
 * Runs random applicants, others at every call, through the exact model and through onnxruntime.
 *
 * @param onProgress is told now and then how many of them were compared, and how many there are
 * @throws ModelError `disagreement` where the two decide one of them differently outside the band
 */
export async function compareWithFloat(
  file: Uint8Array,
  options: LoweringOptions,
  onProgress?: (compared: number, rows: number) => void,
): Promise<contract.AgreementReport> {
  const applicants = randomApplicants(options.schema, ROWS, BigInt(randomInt(2 ** 48 - 1)));
  const report = await agreementReport(file, options, applicants, (compared) => onProgress?.(compared, ROWS));
  if (report.disagreementsOutsideBand + report.labelDisagreements > 0)
    throw new ModelError('disagreement', 'the exact model and onnxruntime decide differently outside the band');
  if (report.worstErrorToBand > 1)
    throw new ModelError(
      'disagreement',
      'the scores of the exact model and of onnxruntime differ by more than the band',
    );
  return {
    rows: report.rows,
    inBand: Math.round(report.inBandShare * report.rows),
    largestError: decimal(report.largestError),
    widestBand: decimal(report.widestBand),
    worstErrorToBand: decimal(report.worstErrorToBand),
  };
}

/** Six figures, without an exponent. */
function decimal(value: number): string {
  const places = value === 0 ? 0 : Math.max(0, 5 - Math.floor(Math.log10(value)));
  return value.toFixed(Math.min(places, 100));
}
