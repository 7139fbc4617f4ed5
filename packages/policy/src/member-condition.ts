import type { Attribute } from '@assay/schema';
import { type Condition, constantCondition } from './condition.ts';
import { PolicyError, type Position } from './error.ts';
import { intervalCondition } from './interval-condition.ts';
import { SET_MEMBERS } from './limits.ts';
import { attributeForm } from './linear-form.ts';

/**
 * The condition that an attribute has one of the listed values: an interval where they follow one another, else a
 * member of a set.
 *
 * @param values in the attribute's smallest unit, in any order; repeated ones count once
 * @throws PolicyError `OUT_OF_RANGE` for a value that the schema does not allow: a slip that would silently never match;
 * `LIMIT_EXCEEDED` for more than a policy set holds
 */
export function memberCondition(attribute: Attribute, values: readonly bigint[], position?: Position): Condition {
  const encoded = [...new Set(values)].map((value) => {
    const x = value - attribute.minScaled;
    const allowed =
      x >= 0n &&
      x <= attribute.maxEncoded &&
      (attribute.kind !== 'code' || attribute.codes.some(({ code }) => BigInt(code) === value));
    if (!allowed) {
      throw new PolicyError('OUT_OF_RANGE', `the list holds a value that ${attribute.name} cannot have`, position);
    }
    return x;
  });
  encoded.sort((left, right) => (left < right ? -1 : 1));
  const [first, last] = [encoded[0], encoded.at(-1)];
  if (first === undefined || last === undefined) return constantCondition(false);
  if (last - first === BigInt(encoded.length - 1)) {
    return intervalCondition(attributeForm(attribute.slot), { lo: first, hi: last }, position);
  }
  if (encoded.length > SET_MEMBERS) {
    throw new PolicyError('LIMIT_EXCEEDED', `a set has at most ${SET_MEMBERS} members`, position);
  }
  return { kind: 'member', slot: attribute.slot, values: encoded, negated: false };
}
