import {
  FIELD_ORDER,
  type Fr,
  fr,
  GROUPS,
  IDENTITY,
  isInSubgroup,
  PARTITIONS,
  type Point,
  pointEquals,
  poseidon,
  tag,
} from '@assay/field';
import { StatementError } from './error.ts';
import type { Partitions } from './partitions.ts';

/** A fairness policy as the regulator writes it. Numbers are integers; key coordinates are decimal strings. */
export interface FairnessPolicyDocument {
  readonly name: string;
  readonly version: string;
  /** A group's rate is low below `num/den` of the reference's, e.g. 4/5. */
  readonly ratio: { readonly num: number; readonly den: number };
  /** Square of the z threshold as `zNum/zDen`; `required`: a low group only fails when the difference is significant too. */
  readonly significance: { readonly zNum: number; readonly zDen: number; readonly required: boolean };
  /** Groups smaller than this are not judged. */
  readonly nMin: number;
  /** A window extends over slots until it holds this many intakes. */
  readonly tMin: number;
  /** Cells smaller than this are hidden in the regulator's table. */
  readonly minCell: number;
  /** Baby Jubjub key of the regulator. */
  readonly regulatorKey: readonly [string, string];
  readonly partitions: readonly FairnessPartitionDocument[];
}

/** What is judged in one partition. `reference` is a group's name, or `highest`. */
export interface FairnessPartitionDocument {
  readonly partition: string;
  readonly reference: string;
  /** Groups whose rates are compared; all but the unknown one, usually. */
  readonly tested: readonly string[];
}

/** One partition's rules as the circuit has them. */
export interface FairnessPartition {
  readonly used: boolean;
  readonly fixedReference: boolean;
  readonly reference: number;
  readonly testedMask: number;
}

/** A compiled fairness policy. */
export interface FairnessPolicy {
  readonly document: FairnessPolicyDocument;
  readonly partitionsHash: bigint;
  readonly regulatorKey: Point;
  readonly partitions: readonly FairnessPartition[];
  readonly hash: Fr;
}

const UNUSED: FairnessPartition = { used: false, fixedReference: false, reference: 0, testedMask: 0 };

/**
 * Compiles a fairness policy for a set of partitions.
 *
 * @throws StatementError `malformed-document` or `out-of-range`, naming the field
 */
export function compileFairnessPolicy(document: FairnessPolicyDocument, partitions: Partitions): FairnessPolicy {
  const { ratio, significance } = document;
  integer('ratio.den', ratio.den, 1, 0xffff);
  integer('ratio.num', ratio.num, 1, ratio.den);
  integer('significance.zNum', significance.zNum, 0, 0xffff);
  integer('significance.zDen', significance.zDen, 1, 0xffff);
  integer('nMin', document.nMin, 1, 0xffffff);
  integer('tMin', document.tMin, 1, 0xffffff);
  integer('minCell', document.minCell, 0, 0xffffff);
  const regulatorKey = {
    x: coordinate('regulatorKey[0]', document.regulatorKey[0]),
    y: coordinate('regulatorKey[1]', document.regulatorKey[1]),
  };
  if (!isInSubgroup(regulatorKey) || pointEquals(regulatorKey, IDENTITY)) {
    throw new StatementError(
      'malformed-document',
      'regulatorKey',
      'not a point of the prime-order subgroup, or its identity',
    );
  }
  const rules = partitions.document.partitions.map(({ name }, p) => {
    const rule = document.partitions.find(({ partition }) => partition === name);
    if (rule === undefined) throw new StatementError('malformed-document', 'partitions', `no rule for partition ${p}`);
    return compileRule(rule, partitions.document.partitions[p]!.groups, `partitions[${p}]`);
  });
  if (document.partitions.length !== rules.length) {
    throw new StatementError('malformed-document', 'partitions', 'a rule names a partition that does not exist');
  }
  while (rules.length < PARTITIONS) rules.push(UNUSED);
  const policy = { document, partitionsHash: partitions.hash, regulatorKey, partitions: rules };
  return { ...policy, hash: fairnessPolicyHash(policy) };
}

/** `fairnessPolicyHash` of docs/spec/statements.md, section 8. */
export function fairnessPolicyHash(policy: Omit<FairnessPolicy, 'hash'>): Fr {
  const { partitionsHash, regulatorKey } = policy;
  return poseidon([tag('fairness-policy'), partitionsHash, regulatorKey.x, regulatorKey.y, fairnessRules(policy)]);
}

/** A policy's numbers and rules as the circuit takes them: one word, which it decomposes into exactly these bits. */
export function fairnessRules({ document, partitions }: Pick<FairnessPolicy, 'document' | 'partitions'>): bigint {
  const { ratio, significance, nMin, tMin, minCell } = document;
  const fields: [value: number, bits: number][] = [
    ...[ratio.num, ratio.den, significance.zNum, significance.zDen].map((value): [number, number] => [value, 16]),
    [Number(significance.required), 1],
    ...[nMin, tMin, minCell].map((value): [number, number] => [value, 24]),
    ...partitions.flatMap((p): [number, number][] => [
      [Number(p.used), 1],
      [Number(p.fixedReference), 1],
      [p.reference, 3],
      [p.testedMask, 8],
    ]),
  ];
  return fields.reduceRight((word, [value, bits]) => (word << BigInt(bits)) + BigInt(value), 0n);
}

function compileRule(rule: FairnessPartitionDocument, groups: readonly string[], field: string): FairnessPartition {
  const index = (label: string, part: string): number => {
    const found = groups.indexOf(label);
    if (found < 0 || found >= GROUPS)
      throw new StatementError('malformed-document', `${field}.${part}`, 'not one of the groups');
    return found;
  };
  const testedMask = rule.tested.reduce((mask, label) => mask | (1 << index(label, 'tested')), 0);
  const fixedReference = rule.reference !== 'highest';
  const reference = fixedReference ? index(rule.reference, 'reference') : 0;
  if (fixedReference && (testedMask & (1 << reference)) === 0) {
    throw new StatementError(
      'malformed-document',
      `${field}.reference`,
      'the reference is not among the tested groups',
    );
  }
  return { used: true, fixedReference, reference, testedMask };
}

function integer(field: string, value: number, min: number, max: number): void {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return;
  throw new StatementError('out-of-range', field, `an integer from ${min} to ${max} is needed`);
}

function coordinate(field: string, text: string): Fr {
  if (/^(0|[1-9][0-9]{0,76})$/.test(text) && BigInt(text) < FIELD_ORDER) return fr(BigInt(text));
  throw new StatementError('malformed-document', field, 'a decimal integer is needed');
}
