import { IndexedTree } from '@assay/field';
import type { Schema } from '@assay/schema';
import type { Clause, CompiledPolicy, SetClause } from './compiled-policy.ts';
import type { Atom, IntervalAtom, MemberAtom } from './condition.ts';
import { parsePolicyDocument } from './document.ts';
import { PolicyError } from './error.ts';
import { CLAUSES, CONJUNCTIONS, NO_BOUND, SET_CLAUSES, SET_DEPTH } from './limits.ts';
import { normalForm } from './normal-form.ts';
import { policyHash } from './policy-signals.ts';
import { readCondition } from './read-condition.ts';

/**
 * Compiles an eligibility policy to what the circuit evaluates: at most 4 conjunctions over at most 12 interval clauses
 * and 4 set clauses. The same document and schema always give the same policy, so whoever has the text recomputes
 * the hash. Every parameter is within the bounds that the circuit takes for granted.
 *
 * @param document the parsed JSON of a policy document
 * @throws PolicyError naming the field, or the position in the text
 */
export function compilePolicy(document: unknown, schema: Schema): CompiledPolicy {
  const parsed = parsePolicyDocument(document);
  const sets = parsed.sets ?? {};
  for (const name of Object.keys(sets)) {
    if (schema.byName.has(name)) throw new PolicyError('INVALID_DOCUMENT', `set ${name} has the name of an attribute`);
  }
  const table = new ClauseTable();
  const conjunctions = normalForm(readCondition(parsed.cel, schema, sets)).map((conjunction) =>
    conjunction.reduce((mask, atom) => mask | (1 << table.bitOf(atom)), 0),
  );
  if (conjunctions.length > CONJUNCTIONS) {
    throw new PolicyError(
      'LIMIT_EXCEEDED',
      `the policy has ${conjunctions.length} conjunctions in normal form, ${CONJUNCTIONS} are the most`,
    );
  }
  const policy = {
    schemaId: schema.id,
    attestedMask: slotMask(parsed.requireAttested, schema, 'requireAttested'),
    identityMask: slotMask(parsed.requireIdentity, schema, 'requireIdentity'),
    ordinalMax: parsed.ordinalMax,
    clauses: table.clauses,
    sets: table.sets,
    conjunctions,
  };
  return { document: parsed, text: parsed.cel, ...policy, policyHash: policyHash(policy) };
}

/** Numbers atoms as they are met: equal ones share a clause. */
class ClauseTable {
  readonly clauses: Clause[] = [];
  readonly sets: SetClause[] = [];
  readonly #bits = new Map<string, number>();

  /** Bit of an atom in a conjunction's mask. */
  bitOf(atom: Atom): number {
    const key = Object.values(atom).join(' ');
    const known = this.#bits.get(key);
    if (known !== undefined) return known;
    const bit = atom.kind === 'interval' ? this.#addClause(atom) : this.#addSet(atom);
    this.#bits.set(key, bit);
    return bit;
  }

  #addClause({ i, j, a, b, lo = -NO_BOUND, hi = NO_BOUND }: IntervalAtom): number {
    const bit = this.clauses.push({ i, j, a, b, lo, hi }) - 1;
    if (bit < CLAUSES) return bit;
    throw new PolicyError('LIMIT_EXCEEDED', `the policy has more than ${CLAUSES} interval clauses in normal form`);
  }

  #addSet({ slot, values, negated }: MemberAtom): number {
    const tree = new IndexedTree(
      SET_DEPTH,
      values.map((value) => value + 1n),
    );
    const bit = this.sets.push({ slot, negated, values, tree }) - 1;
    if (bit < SET_CLAUSES) return CLAUSES + bit;
    throw new PolicyError('LIMIT_EXCEEDED', `the policy has more than ${SET_CLAUSES} set clauses in normal form`);
  }
}

function slotMask(names: readonly string[], schema: Schema, field: string): bigint {
  return names.reduce((mask, name) => {
    const attribute = schema.byName.get(name);
    if (attribute === undefined) {
      throw new PolicyError('INVALID_DOCUMENT', `policy/${field}: the schema has no attribute ${name}`);
    }
    return mask | (1n << BigInt(attribute.slot));
  }, 0n);
}
