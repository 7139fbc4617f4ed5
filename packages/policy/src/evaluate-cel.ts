import type { Schema } from '@assay/schema';
import { type CelInput, celEnv, plan } from '@bufbuild/cel';
import { PolicyError } from './error.ts';
import { type CelExpression, parseCel } from './parse-cel.ts';
import type { NamedSets } from './read-condition.ts';

/**
 * Prepares a policy's text for evaluation by the CEL library, which shares nothing with the compiler but its parser:
 * the cross-check of every compiled policy.
 *
 * @returns whether 32 encoded attributes satisfy the text
 * @throws PolicyError `SYNTAX`; on evaluation `TYPE` when the text's value is no boolean, an error of CEL included
 */
export function celEvaluator(text: string, schema: Schema, sets: NamedSets = {}): (x: readonly bigint[]) => boolean {
  const flags = new Set(schema.attributes.filter(({ kind }) => kind === 'flag').map(({ name }) => name));
  const evaluate = plan(celEnv(), flagsAsConditions(parseCel(text).expr, flags));
  const constants: Record<string, CelInput> = {};
  for (const [name, values] of Object.entries(sets)) constants[name] = values.map(BigInt);
  return (x) => {
    const variables = { ...constants };
    for (const { name, slot, minScaled } of schema.attributes) variables[name] = x[slot]! + minScaled;
    const value = evaluate(variables);
    if (typeof value !== 'boolean') throw new PolicyError('TYPE', 'the text has no boolean value');
    return value;
  };
}

/** Whether 32 encoded attributes satisfy a policy's text, by the CEL library: {@link celEvaluator} for one use. */
export function evaluateCel(text: string, schema: Schema, x: readonly bigint[], sets?: NamedSets): boolean {
  return celEvaluator(text, schema, sets)(x);
}

const CONNECTIVES: ReadonlySet<string> = new Set(['_&&_', '_||_', '!_']);

/** A flag that stands where a condition is expected means `flag != 0`: CEL itself would call it an int. */
function flagsAsConditions(expression: CelExpression, flags: ReadonlySet<string>): CelExpression {
  const { exprKind: node } = expression;
  if (node.case === 'callExpr' && CONNECTIVES.has(node.value.function)) {
    const args = node.value.args.map((operand) => flagsAsConditions(operand, flags));
    return { ...expression, exprKind: { ...node, value: { ...node.value, args } } };
  }
  if (node.case !== 'identExpr' || !flags.has(node.value.name)) return expression;
  const zero: CelExpression = {
    ...expression,
    exprKind: {
      case: 'constExpr',
      value: { $typeName: 'cel.expr.Constant', constantKind: { case: 'int64Value', value: 0n } },
    },
  };
  return {
    ...expression,
    exprKind: {
      case: 'callExpr',
      value: { $typeName: 'cel.expr.Expr.Call', function: '_!=_', args: [expression, zero] },
    },
  };
}
