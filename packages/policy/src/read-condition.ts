import type { Attribute, Schema } from '@assay/schema';
import { type Condition, constantCondition } from './condition.ts';
import { PolicyError, type PolicyErrorCode } from './error.ts';
import { ENCODED_LIMIT, intervalCondition } from './interval-condition.ts';
import {
  addForms,
  attributeForm,
  constantForm,
  isConstant,
  type LinearForm,
  rangeOf,
  scaleForm,
} from './linear-form.ts';
import { memberCondition } from './member-condition.ts';
import { type CelExpression, type ParsedCel, parseCel, positionOf } from './parse-cel.ts';

/** Named sets of a policy document. */
export type NamedSets = Readonly<Record<string, readonly number[]>>;

const INT64_MIN = -(1n << 63n);
const INT64_MAX = (1n << 63n) - 1n;

/**
 * Reads a CEL text as conditions over encoded attributes.
 *
 * @throws PolicyError naming the position of whatever no circuit evaluates
 */
export function readCondition(text: string, schema: Schema, sets: NamedSets): Condition {
  const parsed = parseCel(text);
  return new ConditionReader(text, parsed, schema, sets).condition(parsed.expr);
}

/** Turns the nodes of one CEL text into conditions and linear forms over attributes in their smallest units. */
class ConditionReader {
  readonly #text: string;
  readonly #parsed: ParsedCel;
  readonly #schema: Schema;
  readonly #sets: NamedSets;

  constructor(text: string, parsed: ParsedCel, schema: Schema, sets: NamedSets) {
    this.#text = text;
    this.#parsed = parsed;
    this.#schema = schema;
    this.#sets = sets;
  }

  condition(expression: CelExpression): Condition {
    const { exprKind: node } = expression;
    switch (node.case) {
      case 'constExpr':
        if (node.value.constantKind.case === 'boolValue') return constantCondition(node.value.constantKind.value);
        break;
      case 'identExpr': {
        const attribute = this.#attribute(node.value.name, expression);
        if (attribute.kind !== 'flag') {
          throw this.#error('TYPE', `${attribute.name} is a number, not a condition`, expression);
        }
        // "Not 0" and its negation, "0", are one interval each.
        return intervalCondition(attributeForm(attribute.slot), { lo: 1n });
      }
      case 'callExpr':
        if (node.value.target === undefined) return this.#call(node.value.function, node.value.args, expression);
        break;
    }
    throw this.#unsupported(expression);
  }

  #call(name: string, operands: readonly CelExpression[], expression: CelExpression): Condition {
    const [left, right] = operands;
    if (left === undefined) throw this.#unsupported(expression);
    if (name === '!_') return { kind: 'not', operand: this.condition(left) };
    if (right === undefined || operands.length > 2) throw this.#unsupported(expression);
    if (name === '_&&_') return { kind: 'and', operands: [this.condition(left), this.condition(right)] };
    if (name === '_||_') return { kind: 'or', operands: [this.condition(left), this.condition(right)] };
    if (name === '@in') return this.#membership(left, right, expression);
    const bounds = COMPARISONS.get(name);
    if (bounds === undefined) throw this.#unsupported(expression);
    // The difference of two 64-bit integers may pass 64 bits here: CEL compares without subtracting.
    const difference = this.#encoded(addForms(this.#number(left), scaleForm(this.#number(right), -1n)));
    const position = positionOf(this.#parsed, this.#text, expression);
    const within = intervalCondition(difference, bounds, position);
    return name === '_!=_' ? { kind: 'not', operand: within } : within;
  }

  #membership(element: CelExpression, list: CelExpression, expression: CelExpression): Condition {
    const form = this.#number(element);
    const values = this.#list(list);
    const position = positionOf(this.#parsed, this.#text, expression);
    const [only] = form.coefficients;
    if (form.coefficients.size !== 1 || only![1] !== 1n) {
      const encoded = this.#encoded(form);
      return {
        kind: 'or',
        operands: values.map((value) => intervalCondition(encoded, { lo: value, hi: value }, position)),
      };
    }
    const attribute = this.#schema.bySlot.get(only![0])!;
    return memberCondition(
      attribute,
      values.map((value) => value - form.constant),
      position,
    );
  }

  #list(expression: CelExpression): bigint[] {
    const { exprKind: node } = expression;
    if (node.case === 'listExpr') return node.value.elements.map((element) => this.#constant(element));
    if (node.case !== 'identExpr') throw this.#unsupported(expression);
    if (!Object.hasOwn(this.#sets, node.value.name)) {
      throw this.#error('UNKNOWN_IDENTIFIER', `the policy has no set ${node.value.name}`, expression);
    }
    return this.#sets[node.value.name]!.map(BigInt);
  }

  #constant(expression: CelExpression): bigint {
    const form = this.#number(expression);
    if (!isConstant(form)) throw this.#error('UNSUPPORTED', 'a list holds integer constants only', expression);
    return form.constant;
  }

  #number(expression: CelExpression): LinearForm {
    const form = this.#linear(expression);
    const { min, max } = rangeOf(form, (slot) => {
      const { minScaled } = this.#schema.bySlot.get(slot)!;
      return { min: minScaled, max: minScaled + ENCODED_LIMIT - 1n };
    });
    if (min < INT64_MIN || max > INT64_MAX) {
      throw this.#error('OVERFLOW', 'this value could leave the 64-bit integers of CEL', expression);
    }
    return form;
  }

  #linear(expression: CelExpression): LinearForm {
    const { exprKind: node } = expression;
    switch (node.case) {
      case 'constExpr':
        if (node.value.constantKind.case === 'int64Value') return constantForm(node.value.constantKind.value);
        if (node.value.constantKind.case === 'boolValue') {
          throw this.#error('TYPE', 'a condition where a number is needed', expression);
        }
        throw this.#error('UNSUPPORTED', 'only 64-bit integers are supported, in the smallest unit', expression);
      case 'identExpr':
        return attributeForm(this.#attribute(node.value.name, expression).slot);
      case 'callExpr':
        if (node.value.target === undefined) return this.#arithmetic(node.value.function, node.value.args, expression);
        break;
    }
    throw this.#unsupported(expression);
  }

  #arithmetic(name: string, operands: readonly CelExpression[], expression: CelExpression): LinearForm {
    const [left, right] = operands;
    if (left === undefined) throw this.#unsupported(expression);
    if (name === '-_') return scaleForm(this.#number(left), -1n);
    if (right === undefined || operands.length > 2) throw this.#unsupported(expression);
    switch (name) {
      case '_+_':
        return addForms(this.#number(left), this.#number(right));
      case '_-_':
        return addForms(this.#number(left), scaleForm(this.#number(right), -1n));
      case '_*_': {
        const [first, second] = [this.#number(left), this.#number(right)];
        if (isConstant(first)) return scaleForm(second, first.constant);
        if (isConstant(second)) return scaleForm(first, second.constant);
        throw this.#error('NOT_LINEAR', 'a product of two attributes', expression);
      }
    }
    if (COMPARISONS.has(name) || CONNECTIVES.has(name)) {
      throw this.#error('TYPE', 'a condition where a number is needed', expression);
    }
    throw this.#unsupported(expression);
  }

  #attribute(name: string, expression: CelExpression): Attribute {
    const attribute = this.#schema.byName.get(name);
    if (attribute !== undefined) return attribute;
    throw this.#error('UNKNOWN_IDENTIFIER', `the schema has no attribute ${name}`, expression);
  }

  /** From attributes in their smallest units to encoded ones, `x = unit value - minScaled`. */
  #encoded(form: LinearForm): LinearForm {
    let { constant } = form;
    for (const [slot, coefficient] of form.coefficients) {
      constant += coefficient * this.#schema.bySlot.get(slot)!.minScaled;
    }
    return { constant, coefficients: form.coefficients };
  }

  #unsupported(expression: CelExpression): PolicyError {
    const { exprKind: node } = expression;
    const what = node.case === 'callExpr' ? `the operation ${node.value.function}` : 'this expression';
    return this.#error('UNSUPPORTED', `${what} is not supported`, expression);
  }

  #error(code: PolicyErrorCode, message: string, expression: CelExpression): PolicyError {
    return new PolicyError(code, message, positionOf(this.#parsed, this.#text, expression));
  }
}

/** Limits of `left - right`. `!=` is the negation of `==`. */
const COMPARISONS: ReadonlyMap<string, { readonly lo?: bigint; readonly hi?: bigint }> = new Map([
  ['_<_', { hi: -1n }],
  ['_<=_', { hi: 0n }],
  ['_>_', { lo: 1n }],
  ['_>=_', { lo: 0n }],
  ['_==_', { lo: 0n, hi: 0n }],
  ['_!=_', { lo: 0n, hi: 0n }],
]);
const CONNECTIVES: ReadonlySet<string> = new Set(['_&&_', '_||_', '!_', '@in']);
