import type { Attribute } from '@assay/schema';
import { toFloat32, toFloat32ByDouble } from '../float32.ts';
import { abs, add, mul, neg, type Rational, ratio, ZERO } from '../rational.ts';
import { addBounds, type Bound, freeBound, isNoBound, NO_BOUND, scaleBound } from './bound.ts';
import { addForms, constantForm, type Form, isZeroForm, scaleForm } from './form.ts';
import { gamma, INPUT_UNIT, ONE_PLUS_UNIT, TINY, UNIT } from './rounding.ts';

/**
 * The graph's own float value of an element that is a monotone function of one attribute, node by node: what thresholds are
 * searched on.
 */
export interface Chain {
  readonly attribute: Attribute;
  /** The float value at an encoded attribute. */
  at(x: bigint): number;
  /** The same when raw values reach the graph by way of binary64. */
  atByDouble(x: bigint): number;
  /** The value is the attribute's own integer (code, flag, count), unchanged. */
  readonly untouched: boolean;
}

/** One number of a tensor's row, seen three ways: exactly, as a float with bounds, and (if it has one source) as a float function. */
export interface Element {
  readonly form: Form;
  /** At least |exact value|. */
  readonly size: Bound;
  /** At least |float value - exact value|, for every order of evaluation that the operators leave open. */
  readonly error: Bound;
  /** Slots that the element was computed from, whatever their weight (32 bits). */
  readonly reads: bigint;
  readonly chain: Chain | undefined;
}

/** `(minScaled + x) / 10^digits`: the raw value that x encodes. */
export function rawValue(attribute: Attribute, x: bigint): Rational {
  return ratio(attribute.minScaled + x, 10n ** BigInt(attribute.digits));
}

/** Whether every raw value of the attribute is an integer that binary32 holds exactly. */
export function fitsFloat32(attribute: Attribute): boolean {
  const limit = 1n << 24n;
  const { digits, minScaled, maxEncoded } = attribute;
  return digits === 0 && minScaled >= -limit && minScaled + maxEncoded <= limit;
}

/** Whether every value of the element is an integer within 2^24 of 0, read from one attribute and not computed with. */
export function isUntouched(element: Element): element is Element & { chain: Chain } {
  return element.chain?.untouched === true;
}

/** An attribute as it enters the graph: its raw value, rounded to binary32 unless it is an integer that fits. */
export function inputElement(attribute: Attribute, rounded: boolean): Element {
  const perUnit = ratio(1n, 10n ** BigInt(attribute.digits));
  const offset = abs(rawValue(attribute, 0n));
  const form: Form = {
    ...constantForm(rawValue(attribute, 0n)),
    linear: new Map([[attribute.slot, perUnit]]),
  };
  const size: Bound = { ...NO_BOUND, slots: new Map([[attribute.slot, { perUnit, offset }]]) };
  return {
    form,
    size,
    error: rounded && !fitsFloat32(attribute) ? scaleBound(size, INPUT_UNIT) : NO_BOUND,
    reads: 1n << BigInt(attribute.slot),
    chain: inputChain(attribute),
  };
}

function inputChain(attribute: Attribute): Chain {
  return {
    attribute,
    at: (x) => toFloat32(rawValue(attribute, x)),
    atByDouble: (x) => toFloat32ByDouble(rawValue(attribute, x)),
    untouched: fitsFloat32(attribute),
  };
}

/** `a + c` in one rounding; none where `a` is 0. */
export function addConstant(a: Element, c: number, constant: Rational): Element {
  if (isZeroForm(a.form) && isNoBound(a.error))
    return { ...a, form: constantForm(constant), size: freeBound(abs(constant)) };
  const form = addForms(a.form, constantForm(constant));
  const size = addBounds(a.size, freeOrSlot(a, abs(constant)));
  return {
    ...a,
    form,
    size,
    error: rounded(a.error, size),
    chain: mapChain(a.chain, (value) => Math.fround(value + c)),
  };
}

/** `a * c` in one rounding; none for 0, which still reads what `a` does. */
export function multiplyConstant(a: Element, c: number, constant: Rational): Element {
  if (c === 0) return { form: constantForm(ZERO), size: NO_BOUND, error: NO_BOUND, reads: a.reads, chain: undefined };
  return scaleBy(
    a,
    constant,
    mapChain(a.chain, (value) => Math.fround(value * c)),
  );
}

/** `a / c` in one rounding; `c` must not be 0. */
export function divideConstant(a: Element, c: number, reciprocal: Rational): Element {
  return scaleBy(
    a,
    reciprocal,
    mapChain(a.chain, (value) => Math.fround(value / c)),
  );
}

function scaleBy(a: Element, factor: Rational, chain: Chain | undefined): Element {
  const by = abs(factor);
  const size = scaleBound(a.size, by);
  const error = addBounds(rounded(scaleBound(a.error, by), size), freeBound(TINY));
  return { form: scaleForm(a.form, factor), size, error, reads: a.reads, chain };
}

/** `a + b` in one rounding. */
export function addElements(a: Element, b: Element): Element {
  const size = addBounds(a.size, b.size);
  return {
    form: addForms(a.form, b.form),
    size,
    error: rounded(addBounds(a.error, b.error), size),
    reads: a.reads | b.reads,
    chain: undefined,
  };
}

/**
 * `(a - offset) * scale`, as the Scaler operator computes it; three roundings cover the variant that a fused operation
 * `a * scale - offset * scale` makes of it.
 */
export function scaleOffset(
  a: Element,
  offset: number,
  scale: number,
  exactOffset: Rational,
  exactScale: Rational,
): Element {
  const form = scaleForm(addForms(a.form, constantForm(neg(exactOffset))), exactScale);
  const by = abs(exactScale);
  const size = scaleBound(addBounds(a.size, freeOrSlot(a, abs(exactOffset))), by);
  const carried = scaleBound(scaleBound(a.error, by), add(ratio(1n), gamma(3)));
  const error = addBounds(addBounds(carried, scaleBound(size, gamma(3))), freeBound(mul(TINY, ratio(3n))));
  const chain = mapChain(a.chain, (value) => Math.fround(Math.fround(value - offset) * scale));
  return { form, size, error, reads: a.reads, chain };
}

/**
 * `sum_i weights[i] * elements[i] + bias`, in any order and with or without fused operations: each term passes at most
 * `elements.length + 1` roundings (Higham 2002, section 3.1), `extraRoundings` more where the operator scales its factors.
 */
export function dot(
  elements: readonly Element[],
  weights: readonly Rational[],
  bias: Rational,
  extraRoundings = 0,
): Element {
  const roundings = gamma(elements.length + 1 + extraRoundings);
  let form = constantForm(bias);
  let size = freeBound(abs(bias));
  let carried = NO_BOUND;
  let reads = 0n;
  for (const [i, element] of elements.entries()) {
    const weight = weights[i]!;
    form = addForms(form, scaleForm(element.form, weight));
    size = addBounds(size, scaleBound(element.size, abs(weight)));
    carried = addBounds(carried, scaleBound(element.error, abs(weight)));
    reads |= element.reads;
  }
  const underflow = freeBound(mul(TINY, ratio(BigInt(elements.length + 1))));
  const error = addBounds(
    addBounds(scaleBound(carried, add(ratio(1n), roundings)), scaleBound(size, roundings)),
    underflow,
  );
  return { form, size, error, reads, chain: undefined };
}

/** One more rounding of a result: `error * (1 + u) + size * u`. */
function rounded(error: Bound, size: Bound): Bound {
  return addBounds(scaleBound(error, ONE_PLUS_UNIT), scaleBound(size, UNIT));
}

/** A constant that belongs to the element's slot, where it has only one. */
function freeOrSlot(a: Element, constant: Rational): Bound {
  const slots = [...a.size.slots.keys()];
  if (slots.length !== 1 || a.size.trees.size > 0) return freeBound(constant);
  return { ...NO_BOUND, slots: new Map([[slots[0]!, { perUnit: ZERO, offset: constant }]]) };
}

function mapChain(chain: Chain | undefined, step: (value: number) => number): Chain | undefined {
  if (chain === undefined) return undefined;
  return {
    attribute: chain.attribute,
    at: (x) => step(chain.at(x)),
    atByDouble: (x) => step(chain.atByDouble(x)),
    untouched: false,
  };
}
