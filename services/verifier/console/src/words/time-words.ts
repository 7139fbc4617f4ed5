/** A moment as a table shows it: UTC, to the second. */
export function utc(time: string | number | Date): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime())
    ? String(time)
    : date
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/, 'Z');
}

/** A time span in the largest unit that tells enough: `45 s`, `12 min`, `3 h`, `5 days`. */
export function span(seconds: number): string {
  const steps: readonly (readonly [limit: number, unit: number, name: string])[] = [
    [120, 1, 's'],
    [7200, 60, 'min'],
    [172_800, 3600, 'h'],
    [Number.POSITIVE_INFINITY, 86_400, 'days'],
  ];
  const [, unit, name] = steps.find(([limit]) => Math.abs(seconds) < limit)!;
  return `${Math.round(seconds / unit)} ${name}`;
}

/** Thousandths as percent: `5 %`, `12.5 %`. */
export function percentOf(permille: number): string {
  return `${permille / 10} %`;
}

/** A share as percent, with one digit; a dash where there is nothing to divide by. */
export function share(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;
}

/** A whole number with its thousands parted. By hand: the first number that a page has the browser format keeps it waiting for tables of all languages. */
export function count(value: number | string): string {
  return String(Number(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}
