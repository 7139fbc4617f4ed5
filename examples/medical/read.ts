/** One row of `breast-cancer.csv`: a sample and what it was found to be. */
export interface MedicalRow {
  /** Raw values of the measures by attribute name, as `examples/medical/schema.json` lists them. */
  readonly values: ReadonlyMap<string, string>;
  readonly benign: boolean;
}

/** The column that only this file has. */
export const MEDICAL_LABEL = 'benign';

/**
 * Reads `examples/medical/breast-cancer.csv`: comma-separated, no quoting, `benign` 1 or 0.
 *
 * @throws Error naming the line whose number of columns or label is wrong
 */
export function readBreastCancer(csv: string): MedicalRow[] {
  const [header = '', ...lines] = csv.trimEnd().split('\n');
  const columns = header.split(',');
  return lines.map((line, i) => {
    const cells = line.split(',');
    if (cells.length !== columns.length) throw new Error(`line ${i + 2}: ${columns.length} columns expected`);
    const values = new Map(columns.map((column, c) => [column, cells[c]!]));
    const label = values.get(MEDICAL_LABEL);
    if (label !== '0' && label !== '1') throw new Error(`line ${i + 2}: ${MEDICAL_LABEL} is 0 or 1`);
    values.delete(MEDICAL_LABEL);
    return { values, benign: label === '1' };
  });
}
