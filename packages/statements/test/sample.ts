import { B8, pointMultiply } from '@assay/field';
import { type AdditiveModel, bandConstant, GAMMA_MIN } from '@assay/model';
import { parseSchema } from '@assay/schema';
import { compileFairnessPolicy, type FairnessPolicyDocument } from '../src/fairness-policy.ts';
import { compilePartitions, type PartitionsDocument } from '../src/partitions.ts';

// A small schema with partitions, a fairness policy and a model over it.

export const schema = parseSchema({
  name: 'sample',
  version: '1',
  slots: [
    {
      slot: 0,
      name: 'age',
      kind: 'count',
      min: '18',
      max: '120',
      missingFlag: 'no_age',
      protected: true,
      attestedBy: 'identity',
    },
    { slot: 1, name: 'no_age', kind: 'flag', protected: true, attestedBy: 'identity' },
    {
      slot: 2,
      name: 'sex',
      kind: 'code',
      protected: true,
      attestedBy: 'identity',
      codes: [
        { code: 1, label: 'female' },
        { code: 2, label: 'male' },
      ],
    },
    {
      slot: 6,
      name: 'income',
      kind: 'amount',
      digits: 2,
      min: '0',
      max: '1000000',
      protected: false,
      attestedBy: 'financial',
    },
  ],
});

export const partitionsDocument: PartitionsDocument = {
  name: 'groups',
  version: '1',
  partitions: [
    {
      name: 'age',
      attribute: 'age',
      missing: 'no_age',
      groups: ['unknown', 'young', 'middle', 'old'],
      unknown: 'unknown',
      intervals: [
        { from: '18', group: 'young' },
        { from: '30', group: 'middle' },
        { from: '60', group: 'old' },
      ],
    },
    {
      name: 'sex',
      attribute: 'sex',
      groups: ['unknown', 'female', 'male'],
      unknown: 'unknown',
      intervals: [
        { from: 'female', group: 'female' },
        { from: 'male', group: 'male' },
      ],
    },
  ],
};
export const partitions = compilePartitions(partitionsDocument, schema);

export const REGULATOR = 4242n;
const key = pointMultiply(B8, REGULATOR);
export const fairnessDocument: FairnessPolicyDocument = {
  name: 'four-fifths',
  version: '1',
  ratio: { num: 4, den: 5 },
  significance: { zNum: 4, zDen: 1, required: false },
  nMin: 10,
  tMin: 100,
  minCell: 5,
  regulatorKey: [String(key.x), String(key.y)],
  partitions: [
    { partition: 'age', reference: 'highest', tested: ['young', 'middle', 'old'] },
    { partition: 'sex', reference: 'male', tested: ['female', 'male'] },
  ],
};
export const fairnessPolicy = compileFairnessPolicy(fairnessDocument, partitions);

/** Counts of the four partitions, 0 where a row is shorter. */
export function counts(...rows: readonly (readonly number[])[]): number[][] {
  return Array.from({ length: 4 }, (_, p) => Array.from({ length: 8 }, (_, g) => rows[p]?.[g] ?? 0));
}

const shape: Omit<AdditiveModel, 'b0'> = {
  family: 'additive',
  schemaId: schema.id,
  weights: Array.from({ length: 32 }, (_, j) => (j === 6 ? 3n : j === 0 ? -5n : 0n)),
  steps: Array.from({ length: 32 }, (_, t) => ({
    u: t === 0 ? -7n : 0n,
    slot: t === 0 ? 2 : 0,
    threshold: t === 0 ? 2n : 0n,
  })),
  bias: -11n,
  cutoff: 1_000_000n,
  gammaNum: GAMMA_MIN,
  magnitudes: new Array<bigint>(32).fill(0n),
  extra: 0n,
  readMask: 0b1000101n,
};
export const model: AdditiveModel = { ...shape, b0: bandConstant(shape) };

/** 32 encoded attributes with some values. */
export function attributes(values: Readonly<Record<number, bigint>>): bigint[] {
  return Array.from({ length: 32 }, (_, slot) => values[slot] ?? 0n);
}
