import { type Fr, poseidon, tag } from '@assay/field';

/** One partition as the specification writes it, docs/spec/statements.md, section 5. */
export interface PartitionCase {
  readonly used: boolean;
  readonly slot: number;
  readonly missingSlot: number;
  readonly unknownGroup: number;
  readonly thresholds: readonly bigint[];
  readonly labels: readonly number[];
}

export const UNUSED_PARTITION: PartitionCase = {
  used: false,
  slot: 0,
  missingSlot: 32,
  unknownGroup: 0,
  thresholds: [0n, 0n, 0n, 0n, 0n, 0n, 0n],
  labels: [0, 0, 0, 0, 0, 0, 0, 0],
};

/** The group of an applicant, straight from the text. */
export function groupOf(partition: PartitionCase, attributes: readonly bigint[]): number {
  if (!partition.used) return 0;
  if (partition.missingSlot < 32 && attributes[partition.missingSlot] === 1n) return partition.unknownGroup;
  const interval = partition.thresholds.filter((threshold) => threshold <= attributes[partition.slot]!).length;
  return partition.labels[interval]!;
}

export function thresholdWord({ thresholds }: PartitionCase): bigint {
  return thresholds.slice(0, 6).reduce((word, threshold, i) => word + (threshold << BigInt(40 * i)), 0n);
}

export function ruleWord({ used, slot, missingSlot, unknownGroup, thresholds, labels }: PartitionCase): bigint {
  const octal = labels.reduce((sum, label, i) => sum + label * 8 ** i, 0);
  const rule = (used ? 1 : 0) + 2 * slot + 64 * missingSlot + 4096 * unknownGroup + 32768 * octal;
  return thresholds[6]! + (BigInt(rule) << 40n);
}

export function partitionsHash(schemaId: bigint, partitions: readonly PartitionCase[]): Fr {
  const words = partitions.flatMap((partition) => [thresholdWord(partition), ruleWord(partition)]);
  return poseidon([tag('partitions'), schemaId, ...words]);
}
