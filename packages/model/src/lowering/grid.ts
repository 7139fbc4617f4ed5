import { bitLength, mul, type Rational, ratio, round } from '../rational.ts';

/** The common factor that made integers of a graph's numbers: `2^twos * 10^tens`. */
export interface Scale {
  readonly twos: number;
  readonly tens: number;
  /** None of the graph's numbers was rounded to the grid (the cutoff, a logarithm, may be). */
  readonly exact: boolean;
}

/** A number that has to become an integer below a limit in magnitude. */
export interface Ranged {
  readonly value: Rational;
  readonly limit: bigint;
  /** Only has to fit: how fine it is does not matter. */
  readonly bound?: boolean;
}

/** Turns fractions into integers and counts what did not come out exactly. */
export class Grid {
  readonly factor: Rational;
  roundings = 0;

  constructor({ twos, tens }: { twos: number; tens: number }) {
    const ten = ratio(10n ** BigInt(tens));
    this.factor = mul(ten, twos >= 0 ? ratio(1n << BigInt(twos)) : ratio(1n, 1n << BigInt(-twos)));
  }

  snap(value: Rational): bigint {
    const scaled = mul(value, this.factor);
    if (scaled.den !== 1n) this.roundings++;
    return round(scaled);
  }

  /** Whether `snap` is exact for a value. */
  holds(value: Rational): boolean {
    return mul(value, this.factor).den === 1n;
  }
}

/** Decimals that the grid keeps when it cannot keep everything. */
const MOST_TENS = 12;

/** The exact factor where all numbers then fit, else the finest grid that fits. */
export function chooseScale(numbers: readonly Ranged[]): { twos: number; tens: number } {
  let [twos, tens, exact] = [0, 0, true];
  for (const { value, bound } of numbers) {
    if (bound === true) continue;
    const [two, odd] = multiplicity(value.den, 2n);
    const [five, rest] = multiplicity(odd, 5n);
    exact &&= rest === 1n;
    twos = Math.max(twos, two);
    tens = Math.max(tens, five);
  }
  if (!exact) tens = Math.min(tens, MOST_TENS);
  const room = Math.min(...numbers.map(({ value, limit }) => roomFor(value, tens, limit)));
  // 10^tens brings its own twos.
  const needed = twos - tens;
  return { twos: exact ? Math.min(needed, room) : Number.isFinite(room) ? room : 0, tens };
}

/** The largest power of two by which `value * 10^tens` may be multiplied within a limit, with three bits to spare. */
function roomFor(value: Rational, tens: number, limit: bigint): number {
  if (value.num === 0n) return Number.POSITIVE_INFINITY;
  const scaled = mul(value, ratio(10n ** BigInt(tens)));
  return Number(bitLength(limit) - 3n - bitLength(scaled.num) + bitLength(scaled.den));
}

function multiplicity(value: bigint, prime: bigint): [number, bigint] {
  let [times, rest] = [0, value];
  while (rest % prime === 0n) [times, rest] = [times + 1, rest / prime];
  return [times, rest];
}
