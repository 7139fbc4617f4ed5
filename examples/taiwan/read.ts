/** One row of the credit-card file: raw values by attribute name, as `examples/taiwan/schema.json` lists them. */
export type TaiwanRow = ReadonlyMap<string, string>;

const LABEL_COLUMN = 'default payment';
/** Columns whose values are codes, with what each means. */
const LABELS: ReadonlyMap<string, readonly string[]> = new Map([
  ['sex', ['', 'male', 'female']],
  ['marriage', ['not stated', 'married', 'single', 'other']],
  ['education', ['not stated', 'graduate school', 'university', 'high school', 'other', 'unknown', 'unknown too']],
]);

/**
 * Reads the UCI file Default of Credit Card Clients with named columns (`taiwan_default.csv`): comma-separated integers. The file is
 * not part of the repository.
 *
 * @throws Error naming the line whose number of columns or code is wrong
 */
export function readTaiwan(csv: string): TaiwanRow[] {
  const [header = '', ...lines] = csv.split(/\r?\n/).filter((line) => line !== '');
  const columns = header.split(',');
  return lines.map((line, i) => {
    const cells = line.split(',');
    if (cells.length !== columns.length) throw new Error(`line ${i + 2}: ${columns.length} columns expected`);
    const values = columns.flatMap((column, c): [string, string][] => {
      if (column === LABEL_COLUMN) return [];
      const name = column.toLowerCase();
      const labels = LABELS.get(name);
      const value = labels === undefined ? cells[c] : labels[Number(cells[c])];
      if (value === undefined || value === '') throw new Error(`line ${i + 2}: no such code of ${name}`);
      return [[name, value]];
    });
    return new Map(values);
  });
}
