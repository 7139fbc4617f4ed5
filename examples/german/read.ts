/** One row of the German Credit file: an applicant and what became of the loan. */
export interface GermanRow {
  /** Raw values by attribute name, as `examples/german/schema.json` lists them. */
  readonly values: ReadonlyMap<string, string>;
  /** Whether the file calls it good credit. */
  readonly good: boolean;
}

const LABEL_COLUMN = 'class-label';
/** Columns whose attribute is not simply the header with underscores. */
const RENAMED: ReadonlyMap<string, string> = new Map([['numner-people-provide-maintenance-for', 'dependants']]);

/**
 * Reads the UCI German Credit file with named columns (`german_credit.csv`): comma-separated, no quoting, `class-label` 1 for good
 * and 0 for bad credit. The file is not part of the repository.
 *
 * @throws Error naming the line whose number of columns or label is wrong
 */
export function readGermanCredit(csv: string): GermanRow[] {
  const [header = '', ...lines] = csv.split(/\r?\n/).filter((line) => line !== '');
  const columns = header.split(',');
  return lines.map((line, i) => {
    const cells = line.split(',');
    if (cells.length !== columns.length) throw new Error(`line ${i + 2}: ${columns.length} columns expected`);
    const label = cells[columns.indexOf(LABEL_COLUMN)];
    if (label !== '0' && label !== '1') throw new Error(`line ${i + 2}: ${LABEL_COLUMN} is 0 or 1`);
    const values = columns.flatMap((column, c): [string, string][] =>
      column === LABEL_COLUMN ? [] : [[RENAMED.get(column) ?? column.replaceAll('-', '_'), cells[c]!.trim()]],
    );
    return { values: new Map(values), good: label === '1' };
  });
}
