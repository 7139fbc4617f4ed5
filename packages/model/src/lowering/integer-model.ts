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
import { add, bitLength, ceil, compare, mul, type Rational, ratio, ZERO } from '../rational.ts';
import { type SlotBound, supremum } from './bound.ts';
import { type Form, readStepKey } from './form.ts';
import { chooseScale, Grid, type Ranged, type Scale } from './grid.ts';
import { gamma } from './rounding.ts';
import type { Score } from './score.ts';

/** Smallest `gammaNum` that the conformance statement accepts: eight roundings. */
export const GAMMA_MIN: bigint = ceil(mul(gamma(8), ratio(1n << BAND_BITS)));
/** Errors relative to a weight above this (4,096 roundings) are charged over the attribute's whole range instead of by gamma. */
const STEEPEST: Rational = ratio(1n, 1n << 12n);
const HALF: Rational = ratio(1n, 2n);

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
  const scale = chooseScale(numbersOf(score, schema));
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

/** Where large terms cancel, the error outgrows the weights: it has to fit as well. */
function numbersOf({ form, cutoff, error }: Score, schema: Schema): Ranged[] {
  const weights = [...form.linear.values()].map((value) => ({ value, limit: WEIGHT_LIMIT }));
  const levels = [form.constant, cutoff, ...form.steps.values()].map((value) => ({ value, limit: SCORE_LIMIT }));
  const largest = supremum(error, (slot) => schema.bySlot.get(slot)!.maxEncoded);
  return [...weights, ...levels, { value: largest, limit: EXTRA_LIMIT >> BAND_BITS, bound: true }];
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
