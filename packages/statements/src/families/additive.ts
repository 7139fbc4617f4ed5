import { chain, type Fr, frFromSigned } from '@assay/field';
import { type AdditiveModel, type Model, STEPS, type Step } from '@assay/model';
import { SLOTS } from '@assay/schema';
import type { CircuitInput } from '../circuit-input.ts';
import { oncePerObject } from '../once.ts';
import { decimal, element, exactMembers, listOf, slotMask, within } from '../opening-json.ts';
import type { CommittedModel, Family } from './family.ts';

const NUMBERS = ['bias', 'cutoff', 'gammaNum', 'extra', 'b0', 'readMask'] as const;
const MEMBERS = ['schemaId', 'weights', 'steps', 'magnitudes', ...NUMBERS];
const NUMBER = 1n;

/** Additive models: 32 weights and 32 steps. docs/spec/statements.md, section 6. */
export const ADDITIVE: Family<AdditiveModel> = {
  number: NUMBER,
  name: 'additive',
  decision: 'decision-additive',
  conformance: 'conformance-additive',
  reasons: { circuit: 'reasons-additive', input: openedModel },
  includes: (model: Model): model is AdditiveModel => model.family === 'additive',
  commitment: additiveCommitment,
  decisionInput: openedModel,
  conformanceInput: (committed) => ({
    ...additiveInput(committed),
    magnitudes: committed.model.magnitudes,
    extra: committed.model.extra,
  }),
  encode: (model) => ({
    schemaId: String(model.schemaId),
    weights: model.weights.map(String),
    steps: model.steps.map(({ u, slot, threshold }) => ({
      u: String(u),
      slot: String(slot),
      threshold: String(threshold),
    })),
    magnitudes: model.magnitudes.map(String),
    ...Object.fromEntries(NUMBERS.map((name) => [name, String(model[name])])),
  }),
  decode(members, what) {
    const member = exactMembers(members, what, MEMBERS);
    const number = (name: (typeof NUMBERS)[number]): bigint => decimal(member[name], `${what}.${name}`);
    return {
      family: 'additive',
      schemaId: element(member.schemaId, `${what}.schemaId`),
      weights: listOf(member.weights, `${what}.weights`, SLOTS, decimal),
      steps: listOf(member.steps, `${what}.steps`, STEPS, decodeStep),
      magnitudes: listOf(member.magnitudes, `${what}.magnitudes`, SLOTS, decimal),
      bias: number('bias'),
      cutoff: number('cutoff'),
      gammaNum: number('gammaNum'),
      extra: number('extra'),
      b0: number('b0'),
      readMask: slotMask(member.readMask, `${what}.readMask`),
    };
  },
};

/** `magnitudes` of the specification; computed once for each model, for every decision needs it. */
export const magnitudesHash: (model: AdditiveModel) => Fr = oncePerObject((model) =>
  chain('model-magnitudes', [...model.magnitudes, model.extra]),
);

/** Sum of the weights' magnitudes. */
export function weightSum({ weights }: AdditiveModel): bigint {
  return weights.reduce((sum, w) => sum + (w < 0n ? -w : w), 0n);
}

/** The inputs that the conformance and the decision circuit have in common. */
export function additiveInput({ model, modelSalt }: CommittedModel<AdditiveModel>): CircuitInput {
  return {
    weights: model.weights.map(frFromSigned),
    stepWeights: model.steps.map(({ u }) => frFromSigned(u)),
    stepWords: model.steps.map(stepWord),
    bias: frFromSigned(model.bias),
    cutoff: frFromSigned(model.cutoff),
    gammaNum: model.gammaNum,
    modelSalt,
  };
}

/** All that the commitment is made of. */
function openedModel(committed: CommittedModel<AdditiveModel>): CircuitInput {
  return {
    ...additiveInput(committed),
    b0: committed.model.b0,
    weightSum: weightSum(committed.model),
    magnitudes: magnitudesHash(committed.model),
  };
}

function additiveCommitment({ model, modelSalt }: CommittedModel<AdditiveModel>): Fr {
  return chain('model', [
    NUMBER,
    model.schemaId,
    ...model.weights.map(frFromSigned),
    ...model.steps.flatMap((step) => [frFromSigned(step.u), stepWord(step)]),
    frFromSigned(model.bias),
    frFromSigned(model.cutoff),
    model.gammaNum,
    model.b0,
    weightSum(model),
    magnitudesHash(model),
    modelSalt,
  ]);
}

function stepWord({ slot, threshold }: { slot: number; threshold: bigint }): bigint {
  return BigInt(slot) + 32n * threshold;
}

function decodeStep(value: unknown, what: string): Step {
  const step = exactMembers(value, what, ['u', 'slot', 'threshold']);
  return {
    u: decimal(step.u, `${what}.u`),
    slot: Number(within(decimal(step.slot, `${what}.slot`), `${what}.slot`, 0n, BigInt(SLOTS - 1))),
    threshold: within(decimal(step.threshold, `${what}.threshold`), `${what}.threshold`, 0n, (1n << 40n) - 1n),
  };
}
