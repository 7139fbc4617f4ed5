import type { Attribute } from '@assay/schema';
import { type Rational, ratio } from '../rational.ts';
import { type Element, isUntouched, rawValue } from './element.ts';
import { piecesOf } from './pieces.ts';
import type { Operation } from './value.ts';

/** A count with more values than this is not taken apart into categories. */
const MOST_CATEGORIES = 4096n;

/** What an encoder finds in a column, as a step function of one attribute: `keys[i]` from `from[i - 1]` on. */
export interface Categories {
  readonly slot: number | undefined;
  readonly from: readonly bigint[];
  /** Values as the encoder compares them: a label, or a number as JavaScript writes it. */
  readonly keys: readonly string[];
  /** Names the column in a refusal. */
  readonly name: string;
}

/**
 * Every value that a column may hold: those that the schema lists for an attribute, or those of a step function.
 *
 * @throws ModelError `not_additive` for a column that holds anything else
 */
export function categoriesOf(op: Operation, element: Element, byLabel: boolean): Categories {
  if (isUntouched(element)) {
    const { attribute } = element.chain;
    const domain = domainOf(op, attribute, byLabel);
    return {
      slot: attribute.slot,
      from: domain.slice(1).map(({ x }) => x),
      keys: domain.map(({ key }) => key),
      name: attribute.name,
    };
  }
  const pieces = piecesOf(element);
  if (pieces === undefined) throw op.refuse('encodes a computed value', 'not_additive');
  const keys = pieces.values.map((value) => String(Number(value.num) / Number(value.den)));
  return { slot: pieces.slot, from: pieces.from, keys, name: 'a column in steps' };
}

interface DomainValue {
  readonly x: bigint;
  readonly key: string;
}

/** Every value that the attribute's slot may hold, in ascending order. */
function domainOf(op: Operation, attribute: Attribute, byLabel: boolean): readonly DomainValue[] {
  if (attribute.kind === 'code') {
    const listed = attribute.codes.map(({ code, label }) => ({ x: BigInt(code), key: byLabel ? label : String(code) }));
    // A missing code's slot holds 0, and the graph is given 0 or an empty text.
    if (attribute.missingFlag === undefined || listed[0]?.x === 0n) return listed;
    return [{ x: 0n, key: byLabel ? '' : '0' }, ...listed];
  }
  if (attribute.maxEncoded >= MOST_CATEGORIES)
    throw op.refuse(`${attribute.name} has too many values to be taken for categories`, 'not_additive');
  return Array.from({ length: Number(attribute.maxEncoded) + 1 }, (_, i) => ({
    x: BigInt(i),
    key: String(rawValue(attribute, BigInt(i)).num),
  }));
}

/** A truth value as a number. */
export function indicator(holds: boolean): Rational {
  return ratio(holds ? 1n : 0n);
}
