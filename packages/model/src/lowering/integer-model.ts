import { type Schema, SLOTS } from '@assay/schema';
import {
  type AdditiveModel,
  BAND_BITS,
  bandConstant,
  EXTRA_LIMIT,
  GAMMA_LIMIT,
  MAGNITUDE_LIMIT,
  SCORE_LIMIT,
  STEPS,
  type Step,
  WEIGHT_LIMIT,
} from '../additive-model.ts';
import { ModelError } from '../error.ts';
import { add, bitLength, ceil, compare, mul, type Rational, ratio, round, ZERO } from '../rational.ts';
import { type SlotBound, supremum } from './bound.ts';
import { type Form, readStepKey } from './form.ts';
import { gamma } from './rounding.ts';
import type { Score } from './score.ts';

/** Smallest `gammaNum` that the conformance statement accepts: eight roundings. */
export const GAMMA_MIN: bigint = ceil(mul(gamma(8), ratio(1n << BAND_BITS)));
/** Errors relative to a weight above this (4,096 roundings) are charged over the attribute's whole range instead of by gamma. */
const STEEPEST: Rational = ratio(1n, 1n << 12n);
const HALF: Rational = ratio(1n, 2n);

/** The common factor that made integers of a graph's numbers: `2^twos * 10^tens`. */
export interface Scale {
  readonly twos: number;
  readonly tens: number;
  /** None of the graph's numbers was rounded to the grid (the cutoff, a logarithm, may be). */
  readonly exact: boolean;
}

/**
 * Multiplies a score through by one factor and derives the band; docs/spec/band.md has the proof. Where the exact factor would pass
 * the circuit's ranges, numbers are rounded to the finest grid that fits and half a grid step each goes into the band.
 *
 * @throws ModelError `not_additive` (more than 32 steps), `out_of_range`
 */
export function integerModel(score: Score, schema: Schema): { model: AdditiveModel; scale: Scale } {
  if (score.form.steps.size > STEPS) {
    throw new ModelError('not_additive', `needs ${score.form.steps.size} step terms, ${STEPS} are available`);
  }
  const scale = chooseScale(score, schema);
  const grid = new Grid(scale);
  const weights = Array.from({ length: SLOTS }, (_, j) => grid.snap(score.form.linear.get(j) ?? ZERO));
  const steps = readSteps(score.form, grid);
  const bias = grid.snap(score.form.constant);
  const exact = grid.roundings === 0;
  const cutoff = grid.snap(score.cutoff);
  const band = deriveBand(score, schema, grid, weights, steps, bias);
  const parts = {
    family: 'additive' as const,
    schemaId: schema.id,
    weights,
    steps,
    bias,
    cutoff,
    ...band,
    readMask: score.reads,
  };
  const model: AdditiveModel = { ...parts, b0: bandConstant(parts) };
  checkRanges(model);
  return { model, scale: { ...scale, exact } };
}

/** Turns fractions into integers and counts what did not come out exactly. */
class Grid {
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
function chooseScale({ form, cutoff, error }: Score, schema: Schema): { twos: number; tens: number } {
  const weights = [...form.linear.values()];
  const levels = [form.constant, cutoff, ...form.steps.values()];
  let [twos, tens, exact] = [0, 0, true];
  for (const { den } of [...weights, ...levels]) {
    const [two, odd] = multiplicity(den, 2n);
    const [five, rest] = multiplicity(odd, 5n);
    exact &&= rest === 1n;
    twos = Math.max(twos, two);
    tens = Math.max(tens, five);
  }
  if (!exact) tens = Math.min(tens, MOST_TENS);
  // Where large terms cancel, the error outgrows the weights: it has to fit as well.
  const largest = supremum(error, (slot) => schema.bySlot.get(slot)!.maxEncoded);
  const room = Math.min(
    ...weights.map((w) => roomFor(w, tens, WEIGHT_LIMIT)),
    ...levels.map((level) => roomFor(level, tens, SCORE_LIMIT)),
    roomFor(largest, tens, EXTRA_LIMIT >> BAND_BITS),
  );
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

function readSteps(form: Form, grid: Grid): Step[] {
  const steps = [...form.steps]
    .map(([key, u]) => ({ ...readStepKey(key), u: grid.snap(u) }))
    .sort((a, b) => a.slot - b.slot || (a.threshold < b.threshold ? -1 : 1));
  return [...steps, ...Array.from({ length: STEPS - steps.length }, () => ({ u: 0n, slot: 0, threshold: 0n }))];
}

/** gammaNum, magnitudes and extra such that the circuit's band is never below the error bound, in units of 2^-40. */
function deriveBand(
  score: Score,
  schema: Schema,
  grid: Grid,
  weights: readonly bigint[],
  steps: readonly Step[],
  bias: bigint,
) {
  const unit = mul(grid.factor, ratio(1n << BAND_BITS));
  // Errors by slot and free ones, in 2^-40 of the integer score. Snapping a weight adds half a unit per x.
  const bySlot = new Map<number, SlotBound>();
  for (let j = 0; j < SLOTS; j++) {
    const { perUnit, offset } = score.error.slots.get(j) ?? { perUnit: ZERO, offset: ZERO };
    const snapped = grid.holds(score.form.linear.get(j) ?? ZERO) ? ZERO : mul(HALF, ratio(1n << BAND_BITS));
    bySlot.set(j, { perUnit: add(mul(perUnit, unit), snapped), offset: mul(offset, unit) });
  }
  const levels = [score.form.constant, score.cutoff, ...score.form.steps.values()].filter(
    (level) => !grid.holds(level),
  ).length;
  let free = add(mul(add(score.error.free, score.cutoffError), unit), ratio(BigInt(levels) << (BAND_BITS - 1n)));

  let gammaNum = GAMMA_MIN;
  for (const [j, { perUnit }] of bySlot) {
    const weight = magnitude(weights[j]!);
    if (weight === 0n || compare(perUnit, mul(STEEPEST, ratio(weight << BAND_BITS))) > 0n) {
      free = add(free, mul(perUnit, ratio(schema.bySlot.get(j)?.maxEncoded ?? 0n)));
    } else {
      const needed = ceil(mul(perUnit, ratio(1n, weight)));
      if (needed > gammaNum) gammaNum = needed;
    }
  }
  const magnitudes = weights.map((w, j) => {
    const { offset } = bySlot.get(j)!;
    const needed = w === 0n ? MAGNITUDE_LIMIT : ceil(mul(offset, ratio(1n, gammaNum * magnitude(w))));
    if (needed < MAGNITUDE_LIMIT) return needed;
    free = add(free, offset);
    return 0n;
  });
  const covered = gammaNum * (magnitude(bias) + steps.reduce((sum, { u }) => sum + magnitude(u), 0n));
  const rest = ceil(free) - covered;
  return { gammaNum, magnitudes, extra: rest > 0n ? rest : 0n };
}

function checkRanges(model: AdditiveModel): void {
  const within = (name: string, value: bigint, limit: bigint) => {
    if (magnitude(value) >= limit)
      throw new ModelError('out_of_range', `${name} passes the circuit's range of ${bitLength(limit) - 1n} bits`);
  };
  for (const w of model.weights) within('a weight', w, WEIGHT_LIMIT);
  for (const { u } of model.steps) within('a step', u, SCORE_LIMIT);
  within('the bias', model.bias, SCORE_LIMIT);
  within('the cutoff', model.cutoff, SCORE_LIMIT);
  within('gamma', model.gammaNum, GAMMA_LIMIT);
  within('the band', model.extra, EXTRA_LIMIT);
  within('the band', model.b0 - model.extra, EXTRA_LIMIT);
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
