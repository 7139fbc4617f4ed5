import { FieldError } from './error.ts';
import { addExtended, EXTENDED_IDENTITY, type ExtendedPoint, toAffine } from './extended-point.ts';
import { extend, type Point, pointMultiply } from './point.ts';

const WINDOW_BITS = 4;
const WINDOWS = 64;
const DIGITS = 1 << WINDOW_BITS;

/**
 * Multiples of one point, by which it is multiplied with an addition for every four bits and no doubling. Making it takes as long as three
 * multiplications, so it pays for a point that is used again and again.
 */
export class FixedBase {
  readonly #point: Point;
  /** `#table[i][d]` is `d 16^i` times the point. */
  readonly #table: readonly (readonly ExtendedPoint[])[];

  /** @throws FieldError `INVALID_POINT` when the point is off the curve */
  constructor(point: Point) {
    this.#point = point;
    let base = extend(point);
    this.#table = Array.from({ length: WINDOWS }, () => {
      const multiples = [EXTENDED_IDENTITY];
      for (let digit = 1; digit < DIGITS; digit++) multiples.push(addExtended(multiples[digit - 1]!, base));
      base = addExtended(multiples[DIGITS - 1]!, base);
      return multiples;
    });
  }

  /** As {@link pointMultiply}. */
  multiply(k: bigint): Point {
    return k >> BigInt(WINDOW_BITS * WINDOWS) === 0n
      ? toAffine(this.multiplyExtended(k))
      : pointMultiply(this.#point, k);
  }

  /**
   * `k` times the point, before the inversion that gives its affine coordinates.
   *
   * @throws FieldError `NOT_CANONICAL` outside [0, 2^256)
   */
  multiplyExtended(k: bigint): ExtendedPoint {
    if (k < 0n || k >> BigInt(WINDOW_BITS * WINDOWS) !== 0n)
      throw new FieldError('NOT_CANONICAL', 'a multiplier is negative or has more than 256 bits');
    const digits = k.toString(DIGITS);
    let sum = EXTENDED_IDENTITY;
    for (let i = 0; i < digits.length; i++) {
      const digit = Number.parseInt(digits[digits.length - 1 - i]!, DIGITS);
      if (digit !== 0) sum = addExtended(sum, this.#table[i]![digit]!);
    }
    return sum;
  }
}
