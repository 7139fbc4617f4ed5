import { B8, FIELD_ORDER } from '@assay/field';
import fc from 'fast-check';
import { type AdditiveCase, band, bandConstant, GAMMA_MIN, score } from './additive-oracle.ts';
import type { ApplicantCase, DecisionCase, ManualCase } from './decision-oracle.ts';
import { type PartitionCase, UNUSED_PARTITION } from './partitions-oracle.ts';
import type { ReasonsCase } from './reasons-oracle.ts';

// Random cases with a bias to the edges of every range (fast-check draws minima and maxima often).

const MAX_ATTRIBUTE = 2n ** 40n - 1n;
const element = fc.bigInt({ min: 0n, max: FIELD_ORDER - 1n });
const slot = fc.nat(31);
const group = fc.nat(7);
const attribute = fc.oneof(
  fc.bigInt({ min: 0n, max: MAX_ATTRIBUTE }),
  fc.bigInt({ min: 0n, max: 3n }),
  fc.constant(MAX_ATTRIBUTE),
);

function list<T>(length: number, item: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(item, { minLength: length, maxLength: length });
}

/** Magnitudes below 2^bits of either sign, zero, and the two extremes. */
function signed(bits: number): fc.Arbitrary<bigint> {
  const limit = 2n ** BigInt(bits) - 1n;
  return fc.oneof(fc.bigInt({ min: -limit, max: limit }), fc.constantFrom(0n, 1n, -1n, limit, -limit));
}

function unsigned(bits: number): fc.Arbitrary<bigint> {
  const limit = 2n ** BigInt(bits) - 1n;
  return fc.oneof(fc.bigInt({ min: 0n, max: limit }), fc.constantFrom(0n, limit));
}

/** A threshold that is often an attribute's own value or next to it. */
function near(values: readonly bigint[], picks: fc.Arbitrary<{ i: number; delta: bigint; far: bigint; use: boolean }>) {
  return picks.map(({ i, delta, far, use }) => {
    const value = use ? values[i]! + delta : far;
    return value < 0n ? 0n : value > MAX_ATTRIBUTE ? MAX_ATTRIBUTE : value;
  });
}
const pick = fc.record({ i: slot, delta: fc.constantFrom(-1n, 0n, 1n), far: unsigned(40), use: fc.boolean() });

function partition(attributes: readonly bigint[]): fc.Arbitrary<PartitionCase> {
  const used = fc.record({
    used: fc.constant(true),
    slot,
    missingSlot: fc.nat(32),
    unknownGroup: group,
    thresholds: list(7, near(attributes, pick)).map((values) => values.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))),
    labels: list(8, group),
  });
  return fc.oneof({ weight: 4, arbitrary: used }, { weight: 1, arbitrary: fc.constant(UNUSED_PARTITION) });
}

function applicant(attributes: readonly bigint[]): fc.Arbitrary<ApplicantCase> {
  return fc.record({
    schemaId: element,
    attributes: fc.constant(attributes),
    subject: element,
    salt: element,
    eligible: fc.boolean(),
    partitions: list(4, partition(attributes)),
    blinding: fc.oneof(unsigned(251), fc.constantFrom(0n, 1n, 8n)),
    reasons: list(4, fc.bigInt({ min: 0n, max: 32n })),
  });
}

/** Models in range whose b0 is what conformance demands. */
export function additiveModel(
  attributes: readonly bigint[] = new Array<bigint>(32).fill(0n),
): fc.Arbitrary<AdditiveCase> {
  return fc
    .record({
      weights: list(32, signed(120)),
      steps: list(32, fc.record({ u: signed(160), slot, threshold: near(attributes, pick) })),
      bias: signed(160),
      cutoff: signed(160),
      gammaNum: fc.bigInt({ min: GAMMA_MIN, max: 2n ** 30n - 1n }),
      b0: fc.constant(0n),
      magnitudes: list(32, unsigned(64)),
      extra: unsigned(229),
      salt: element,
    })
    .map((model) => ({ ...model, b0: bandConstant(model) }));
}

/** Models whose band ends near the distance from the cutoff: at it, one unit short, one beyond, or well away. */
function edgeModel(attributes: readonly bigint[]): fc.Arbitrary<AdditiveCase> {
  return fc
    .record({
      model: additiveModel(attributes),
      distance: fc.oneof({ weight: 4, arbitrary: fc.bigInt({ min: -(2n ** 150n), max: 2n ** 150n }) }, signed(150)),
      offset: fc.constantFrom(-(2n ** 150n), -1n, 0n, 1n),
    })
    .map(({ model, distance, offset }) => {
      const plain = {
        ...model,
        b0: 0n,
        weights: model.weights.map((w) => w >> 16n),
        steps: model.steps.map((step) => ({ ...step, u: step.u >> 16n })),
      };
      const biased = { ...plain, bias: plain.bias >> 8n };
      const aimed = { ...biased, cutoff: score(biased, attributes) - distance };
      const b0 = (distance < 0n ? -distance : distance) * 2n ** 40n - band(aimed, attributes) + offset;
      return { ...aimed, b0: b0 < 0n ? 0n : b0 };
    });
}

/** Decisions, most of them at the edge of the band. */
export const decisions: fc.Arbitrary<DecisionCase> = list(32, attribute).chain((attributes) =>
  fc
    .record({
      applicant: applicant(attributes),
      model: fc.oneof(additiveModel(attributes), { weight: 4, arbitrary: edgeModel(attributes) }),
    })
    .map(({ applicant, model }) => ({ ...applicant, model })),
);

/** Manual decisions that follow the rule that approval needs eligibility. */
export const manualDecisions: fc.Arbitrary<ManualCase> = list(32, attribute).chain((attributes) =>
  fc
    .record({ applicant: applicant(attributes), approve: fc.boolean(), officerId: unsigned(248), officerSalt: element })
    .map(({ applicant, approve, ...officer }) => ({
      ...applicant,
      ...officer,
      approve: approve && applicant.eligible,
    })),
);

/** Declined applicants under a random model, the baseline near their attributes, some of them equal. */
export const declinedCases: fc.Arbitrary<ReasonsCase> = list(32, attribute).chain((attributes) =>
  fc.record({
    schemaId: element,
    attributes: fc.constant(attributes),
    subject: element,
    salt: element,
    baseline: fc.tuple(...attributes.map((value) => fc.oneof(fc.constant(value), near(attributes, pick), attribute))),
    model: additiveModel(attributes),
  }),
);

/** A case with every part in use that is easy to follow: two groups known, small numbers, clear of the band. */
export const PLAIN_DECISION: DecisionCase = {
  schemaId: 77n,
  attributes: Array.from({ length: 32 }, (_, i) => BigInt(100 + 10 * i)),
  subject: B8.x,
  salt: B8.y,
  eligible: true,
  partitions: [
    {
      used: true,
      slot: 3,
      missingSlot: 32,
      unknownGroup: 7,
      thresholds: [50n, 120n, 130n, 140n, 150n, 160n, 170n],
      labels: [0, 1, 2, 3, 4, 5, 6, 1],
    },
    {
      used: true,
      slot: 5,
      missingSlot: 6,
      unknownGroup: 7,
      thresholds: [151n, 152n, 153n, 154n, 155n, 156n, 157n],
      labels: [2, 1, 1, 1, 1, 1, 1, 1],
    },
    {
      used: true,
      slot: 31,
      missingSlot: 0,
      unknownGroup: 5,
      thresholds: [1n, 2n, 3n, 4n, 5n, 6n, 7n],
      labels: [0, 0, 0, 0, 0, 0, 0, 6],
    },
    UNUSED_PARTITION,
  ],
  blinding: 123456789012345678901234567890n,
  reasons: [1n, 32n, 0n, 7n],
  model: {
    weights: Array.from({ length: 32 }, (_, j) => BigInt((j % 2 === 0 ? 1 : -1) * (1000 + j))),
    steps: Array.from({ length: 32 }, (_, t) => ({
      u: BigInt((t % 3) - 1) * 5000n,
      slot: (7 * t) % 32,
      threshold: BigInt(90 + 12 * t),
    })),
    bias: 1_000_000n,
    cutoff: -250n,
    gammaNum: GAMMA_MIN,
    b0: 2n ** 50n,
    magnitudes: Array.from({ length: 32 }, (_, j) => BigInt(3 * j)),
    extra: 12345n,
    salt: 99n,
  },
};

/** A declined applicant whose costs are easy to follow: weights 1 and -1 in turn, and two steps that only the baseline reaches. */
export const PLAIN_REASONS: ReasonsCase = {
  schemaId: PLAIN_DECISION.schemaId,
  attributes: PLAIN_DECISION.attributes,
  subject: PLAIN_DECISION.subject,
  salt: PLAIN_DECISION.salt,
  // Costs by weight: 7 at slot 3, 12 at slot 8, 5 at 11, 5 at 12, -9 at 20, -4 at 21.
  baseline: PLAIN_DECISION.attributes
    .with(3, 123n)
    .with(8, 192n)
    .with(11, 205n)
    .with(12, 225n)
    .with(20, 291n)
    .with(21, 314n),
  model: {
    ...PLAIN_DECISION.model,
    weights: Array.from({ length: 32 }, (_, j) => (j % 2 === 0 ? 1n : -1n)),
    // Slot 8 costs 3 less by its step, slot 21 costs 10 more by its own; the third is not crossed.
    steps: PLAIN_DECISION.model.steps.map((_, t) =>
      t === 0
        ? { u: -3n, slot: 8, threshold: 190n }
        : t === 1
          ? { u: 10n, slot: 21, threshold: 312n }
          : t === 2
            ? { u: 1000n, slot: 3, threshold: 131n }
            : { u: 0n, slot: 0, threshold: 0n },
    ),
  },
};
