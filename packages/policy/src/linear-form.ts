/** `constant + sum coefficients[slot] * attribute(slot)`; no coefficient is 0. */
export interface LinearForm {
  readonly constant: bigint;
  readonly coefficients: ReadonlyMap<number, bigint>;
}

/** Inclusive limits of an integer. */
export interface Range {
  readonly min: bigint;
  readonly max: bigint;
}

export function constantForm(constant: bigint): LinearForm {
  return { constant, coefficients: new Map() };
}

export function attributeForm(slot: number, constant = 0n): LinearForm {
  return { constant, coefficients: new Map([[slot, 1n]]) };
}

export function addForms(left: LinearForm, right: LinearForm): LinearForm {
  const coefficients = new Map(left.coefficients);
  for (const [slot, coefficient] of right.coefficients) {
    const sum = (coefficients.get(slot) ?? 0n) + coefficient;
    if (sum === 0n) coefficients.delete(slot);
    else coefficients.set(slot, sum);
  }
  return { constant: left.constant + right.constant, coefficients };
}

export function scaleForm({ constant, coefficients }: LinearForm, factor: bigint): LinearForm {
  if (factor === 0n) return constantForm(0n);
  return {
    constant: constant * factor,
    coefficients: new Map([...coefficients].map(([slot, coefficient]) => [slot, coefficient * factor])),
  };
}

export function isConstant(form: LinearForm): boolean {
  return form.coefficients.size === 0;
}

/** Exact limits of a form whose attributes are independent, each within its limits. */
export function rangeOf(form: LinearForm, attributeRange: (slot: number) => Range): Range {
  let { constant: min, constant: max } = form;
  for (const [slot, coefficient] of form.coefficients) {
    const range = attributeRange(slot);
    min += coefficient * (coefficient > 0n ? range.min : range.max);
    max += coefficient * (coefficient > 0n ? range.max : range.min);
  }
  return { min, max };
}
