import { fr } from '@assay/field';
import { type AdditiveModel, STEPS, type Step } from '@assay/model';
import { SLOTS } from '@assay/schema';
import { StatementError } from './error.ts';
import type { CommittedModel } from './model-commitment.ts';
import { decimal, element, exactMembers, listOf, parseMembers, within } from './opening-json.ts';

/** The format's version. */
const VERSION = 1;
const NUMBERS = ['bias', 'cutoff', 'gammaNum', 'extra', 'b0', 'readMask'] as const;
const MEMBERS = ['family', 'schemaId', 'weights', 'steps', 'magnitudes', ...NUMBERS];

/**
 * A model with its salt as the bytes that are sealed to the prover of its conformance: UTF-8 JSON
 * `{"v": 1, "model": {...}, "modelSalt": ...}`, every number a decimal string. A secret.
 */
export function encodeModelOpening({ model, modelSalt }: CommittedModel): Uint8Array {
  const steps = model.steps.map(({ u, slot, threshold }) => ({
    u: String(u),
    slot: String(slot),
    threshold: String(threshold),
  }));
  const numbers = Object.fromEntries(NUMBERS.map((name) => [name, String(model[name])]));
  const document = {
    v: VERSION,
    model: {
      family: model.family,
      schemaId: String(model.schemaId),
      weights: model.weights.map(String),
      steps,
      magnitudes: model.magnitudes.map(String),
      ...numbers,
    },
    modelSalt: String(modelSalt),
  };
  return new TextEncoder().encode(JSON.stringify(document));
}

/**
 * Reads the bytes strictly: form alone. Whether the parameters keep their ranges is what conformance shows, and whether
 * they are the model's is for `modelCommitment` to say.
 *
 * @throws StatementError `malformed-document`, `out-of-range`, naming the member and never a value
 */
export function decodeModelOpening(bytes: Uint8Array): CommittedModel {
  const document = parseMembers(bytes, 'opening', ['v', 'model', 'modelSalt']);
  if (document.v !== VERSION) throw new StatementError('malformed-document', 'opening.v', 'not a known version');
  const member = exactMembers(document.model, 'opening.model', MEMBERS);
  if (member.family !== 'additive') {
    throw new StatementError('malformed-document', 'opening.model.family', 'not a known family');
  }
  const number = (name: string): bigint => decimal(member[name], `opening.model.${name}`);
  const model: AdditiveModel = {
    family: 'additive',
    schemaId: element(member.schemaId, 'opening.model.schemaId'),
    weights: listOf(member.weights, 'opening.model.weights', SLOTS, decimal),
    steps: listOf(member.steps, 'opening.model.steps', STEPS, decodeStep),
    magnitudes: listOf(member.magnitudes, 'opening.model.magnitudes', SLOTS, decimal),
    bias: number('bias'),
    cutoff: number('cutoff'),
    gammaNum: number('gammaNum'),
    extra: number('extra'),
    b0: number('b0'),
    readMask: within(number('readMask'), 'opening.model.readMask', 0n, (1n << BigInt(SLOTS)) - 1n),
  };
  return { model, modelSalt: fr(element(document.modelSalt, 'opening.modelSalt')) };
}

function decodeStep(value: unknown, what: string): Step {
  const step = exactMembers(value, what, ['u', 'slot', 'threshold']);
  return {
    u: decimal(step.u, `${what}.u`),
    slot: Number(within(decimal(step.slot, `${what}.slot`), `${what}.slot`, 0n, BigInt(SLOTS - 1))),
    threshold: within(decimal(step.threshold, `${what}.threshold`), `${what}.threshold`, 0n, (1n << 40n) - 1n),
  };
}
