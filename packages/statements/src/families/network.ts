import { chain, type Fr, frFromSigned } from '@assay/field';
import { type DenseLayer, HIDDEN, type Model, NETWORK_INPUTS, type NetworkModel, slotFactor } from '@assay/model';
import type { CircuitInput } from '../circuit-input.ts';
import { oncePerObject } from '../once.ts';
import { decimal, element, exactMembers, listOf, slotMask } from '../opening-json.ts';
import type { CommittedModel, Family } from './family.ts';

const NUMBER = 4n;
const NUMBERS = ['outputBias', 'cutoff', 'biasNorm', 'free'] as const;
const MEMBERS = ['schemaId', 'first', 'second', 'outputWeights', 'slotNorms', 'growth', ...NUMBERS, 'readMask'];
/** Neurons that share a word, and the bits that each has there. */
const NEURONS_A_WORD = 4;
const NEURON_BITS = 63n;

/** ReLU networks of two hidden layers, 32 and 16 neurons. docs/spec/statements.md, section 6. */
export const NETWORK: Family<NetworkModel> = {
  number: NUMBER,
  name: 'network',
  decision: 'decision-network',
  conformance: 'conformance-network',
  reasons: { circuit: 'reasons-network', input: openedModel },
  includes: (model: Model): model is NetworkModel => model.family === 'network',
  commitment: ({ model, modelSalt }) => {
    const { firstWords, secondWords, outputWeights, outputBias, cutoff } = decisionParameters(model);
    return chain('model', [
      ...[NUMBER, model.schemaId, ...firstWords.flat(), ...secondWords.flat(), ...outputWeights, outputBias, cutoff],
      ...[...model.slotNorms, model.biasNorm, ...model.growth, model.free, modelSalt],
    ]);
  },
  decisionInput: openedModel,
  conformanceInput,
  encode: (model) => ({
    schemaId: String(model.schemaId),
    first: encodeLayer(model.first),
    second: encodeLayer(model.second),
    outputWeights: model.outputWeights.map(String),
    slotNorms: model.slotNorms.map(String),
    growth: model.growth.map(String),
    ...Object.fromEntries(NUMBERS.map((name) => [name, String(model[name])])),
    readMask: String(model.readMask),
  }),
  decode(members, what) {
    const member = exactMembers(members, what, MEMBERS);
    const number = (name: (typeof NUMBERS)[number]): bigint => decimal(member[name], `${what}.${name}`);
    const growth = listOf(member.growth, `${what}.growth`, 3, decimal);
    return {
      family: 'network',
      schemaId: element(member.schemaId, `${what}.schemaId`),
      first: decodeLayer(member.first, `${what}.first`, HIDDEN[0], NETWORK_INPUTS[0]),
      second: decodeLayer(member.second, `${what}.second`, HIDDEN[1], NETWORK_INPUTS[1]),
      outputWeights: listOf(member.outputWeights, `${what}.outputWeights`, NETWORK_INPUTS[2], decimal),
      outputBias: number('outputBias'),
      cutoff: number('cutoff'),
      slotNorms: listOf(member.slotNorms, `${what}.slotNorms`, NETWORK_INPUTS[0], decimal),
      biasNorm: number('biasNorm'),
      growth: [growth[0]!, growth[1]!, growth[2]!],
      free: number('free'),
      readMask: slotMask(member.readMask, `${what}.readMask`),
    };
  },
};

/** The weights as the decision takes them; packed once for each model. */
const decisionParameters = oncePerObject((model: NetworkModel) => ({
  firstWords: words(model.first),
  secondWords: words(model.second),
  outputWeights: model.outputWeights.map(frFromSigned),
  outputBias: frFromSigned(model.outputBias),
  cutoff: frFromSigned(model.cutoff),
  slotNorms: model.slotNorms,
}));

/** All that the commitment is made of. */
function openedModel({ model, modelSalt }: CommittedModel<NetworkModel>): CircuitInput {
  return { ...decisionParameters(model), ...commonInput(model), modelSalt };
}

/** What both circuits take as it stands. */
function commonInput({ biasNorm, growth, free }: NetworkModel): CircuitInput {
  return { biasNorm, growth, free };
}

/** Four neurons to a word, 63 bits each: by group, the word of the biases and then one an input. */
function words({ weights, biases }: DenseLayer): Fr[][] {
  return Array.from({ length: biases.length / NEURONS_A_WORD }, (_, g) => {
    const neurons = Array.from({ length: NEURONS_A_WORD }, (_, d) => NEURONS_A_WORD * g + d);
    const word = (of: (neuron: number) => bigint): Fr =>
      frFromSigned(neurons.reduce((sum, neuron, d) => sum + (of(neuron) << (NEURON_BITS * BigInt(d))), 0n));
    return [word((neuron) => biases[neuron]!), ...weights[0]!.map((_, i) => word((neuron) => weights[neuron]![i]!))];
  });
}

/** The first layer is opened in units of each slot's factor, which is 0 where the slot is not read. */
function conformanceInput({ model, modelSalt }: CommittedModel<NetworkModel>): CircuitInput {
  const { first, second, slotNorms } = model;
  const factors = slotNorms.map(slotFactor);
  const { outputWeights, outputBias, cutoff } = decisionParameters(model);
  return {
    slotFactors: factors.map((factor, j) => (slotNorms[j] === 0n ? 0n : factor)),
    slotSteps: slotNorms.map((norm, j) => norm / factors[j]!),
    firstSteps: first.weights.map((row) => row.map((weight, j) => frFromSigned(weight / factors[j]!))),
    firstBiases: first.biases.map(frFromSigned),
    secondWeights: second.weights.map((row) => row.map(frFromSigned)),
    secondBiases: second.biases.map(frFromSigned),
    outputWeights,
    outputBias,
    cutoff,
    ...commonInput(model),
    modelSalt,
  };
}

function encodeLayer({ weights, biases }: DenseLayer) {
  return { weights: weights.map((row) => row.map(String)), biases: biases.map(String) };
}

function decodeLayer(value: unknown, what: string, neurons: number, inputs: number): DenseLayer {
  const member = exactMembers(value, what, ['weights', 'biases']);
  return {
    weights: listOf(member.weights, `${what}.weights`, neurons, (row, at) => listOf(row, at, inputs, decimal)),
    biases: listOf(member.biases, `${what}.biases`, neurons, decimal),
  };
}
