import { type Fr, GROUPS, PARTITIONS, poseidon, tag } from '@assay/field';
import { type Attribute, encodeAttribute, type Schema } from '@assay/schema';
import { StatementError } from './error.ts';

/** Thresholds of a partition: one fewer than its intervals. */
export const THRESHOLDS = 7;
/** `missingSlot` of a partition whose attribute has no flag for a missing value. */
export const NO_SLOT = 32;
const UNUSED_THRESHOLD = (1n << 40n) - 1n;

/** One partition as the document writes it. `from` is a raw value as applicants give it; the first interval starts at the attribute's minimum. */
export interface PartitionDocument {
  readonly name: string;
  readonly attribute: string;
  /** Flag attribute that says the value is missing. */
  readonly missing?: string;
  readonly groups: readonly string[];
  readonly intervals: readonly { readonly from: string; readonly group: string }[];
  /** Group of applicants whose value is missing. */
  readonly unknown: string;
}

/** At most four partitions of applicants into at most eight groups each. */
export interface PartitionsDocument {
  readonly name: string;
  readonly version: string;
  readonly partitions: readonly PartitionDocument[];
}

/** A partition as the circuit has it (docs/spec/statements.md, section 5). */
export interface Partition {
  readonly used: boolean;
  readonly slot: number;
  readonly missingSlot: number;
  readonly unknownGroup: number;
  /** 7 encoded thresholds, ascending. */
  readonly thresholds: readonly bigint[];
  /** Group of each of the 8 intervals. */
  readonly labels: readonly number[];
}

/** Compiled partitions: always four, unused ones last. */
export interface Partitions {
  readonly document: PartitionsDocument;
  readonly schemaId: bigint;
  readonly partitions: readonly Partition[];
  readonly hash: Fr;
  /** Bit i is set where a used partition reads slot i. */
  readonly slotMask: bigint;
}

const UNUSED: Partition = {
  used: false,
  slot: 0,
  missingSlot: NO_SLOT,
  unknownGroup: 0,
  thresholds: new Array(THRESHOLDS).fill(0n),
  labels: new Array(GROUPS).fill(0),
};

/**
 * Compiles a partitions document against its schema.
 *
 * @throws StatementError `malformed-document` naming the field
 */
export function compilePartitions(document: PartitionsDocument, schema: Schema): Partitions {
  if (
    !Array.isArray(document.partitions) ||
    document.partitions.length < 1 ||
    document.partitions.length > PARTITIONS
  ) {
    throw new StatementError('malformed-document', 'partitions', `between 1 and ${PARTITIONS} partitions are needed`);
  }
  const partitions = document.partitions.map((partition, p) => compileOne(partition, schema, `partitions[${p}]`));
  let slotMask = 0n;
  for (const { slot, missingSlot } of partitions) {
    slotMask |= 1n << BigInt(slot);
    if (missingSlot !== NO_SLOT) slotMask |= 1n << BigInt(missingSlot);
  }
  while (partitions.length < PARTITIONS) partitions.push(UNUSED);
  return { document, schemaId: schema.id, partitions, hash: partitionsHash(schema.id, partitions), slotMask };
}

/** `partitionsHash` of docs/spec/statements.md, section 5. */
export function partitionsHash(schemaId: bigint, partitions: readonly Partition[]): Fr {
  const words = partitions.map(partitionWords).flatMap(({ thresholds, rule }) => [thresholds, rule]);
  return poseidon([tag('partitions'), schemaId, ...words]);
}

/** Group of an applicant in a partition; the circuit computes the same. */
export function groupOf(partition: Partition, attributes: readonly bigint[]): number {
  if (partition.missingSlot !== NO_SLOT && attributes[partition.missingSlot] === 1n) return partition.unknownGroup;
  const value = attributes[partition.slot]!;
  return partition.labels[partition.thresholds.filter((threshold) => value >= threshold).length]!;
}

/** A partition as the circuit takes it: two words, which it decomposes into exactly these bits. */
export function partitionWords(p: Partition): { readonly thresholds: bigint; readonly rule: bigint } {
  const labels = p.labels.reduce((sum, label, i) => sum + (BigInt(label) << BigInt(3 * i)), 0n);
  const codes =
    BigInt(p.used) +
    (BigInt(p.slot) << 1n) +
    (BigInt(p.missingSlot) << 6n) +
    (BigInt(p.unknownGroup) << 12n) +
    (labels << 15n);
  const thresholds = p.thresholds.slice(0, 6).reduce((sum, threshold, i) => sum + (threshold << BigInt(40 * i)), 0n);
  return { thresholds, rule: p.thresholds[6]! + (codes << 40n) };
}

function compileOne(document: PartitionDocument, schema: Schema, field: string): Partition {
  const fail = (part: string, message: string): never => {
    throw new StatementError('malformed-document', `${field}.${part}`, message);
  };
  if (document.groups.length < 1 || document.groups.length > GROUPS)
    fail('groups', `between 1 and ${GROUPS} groups are needed`);
  if (new Set(document.groups).size !== document.groups.length) fail('groups', 'a group is named twice');
  const group = (label: string, part: string): number => {
    const index = document.groups.indexOf(label);
    return index >= 0 ? index : fail(part, 'not one of the groups');
  };
  const slotOf = (name: string, part: string): Attribute =>
    schema.byName.get(name) ?? fail(part, 'not an attribute of the schema');

  const attribute = slotOf(document.attribute, 'attribute');
  const missing = document.missing === undefined ? undefined : slotOf(document.missing, 'missing');
  if (missing !== undefined && missing.kind !== 'flag') fail('missing', 'not a flag');
  const { intervals } = document;
  if (intervals.length < 1 || intervals.length > GROUPS)
    fail('intervals', `between 1 and ${GROUPS} intervals are needed`);
  const starts = intervals.map(({ from }) => encodeAttribute(attribute, from));
  if (starts[0] !== 0n && attribute.kind !== 'code')
    fail('intervals[0].from', 'the first interval starts at the minimum');
  for (let i = 1; i < starts.length; i++) {
    if (starts[i]! <= starts[i - 1]!) fail(`intervals[${i}].from`, 'intervals ascend');
  }
  const labels = intervals.map((interval, i) => group(interval.group, `intervals[${i}].group`));
  const last = labels[labels.length - 1]!;
  return {
    used: true,
    slot: attribute.slot,
    missingSlot: missing?.slot ?? NO_SLOT,
    unknownGroup: group(document.unknown, 'unknown'),
    thresholds: [...starts.slice(1), ...new Array<bigint>(THRESHOLDS - starts.length + 1).fill(UNUSED_THRESHOLD)],
    labels: [...labels, ...new Array<number>(GROUPS - labels.length).fill(last)],
  };
}
