import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WitnessInput } from '@assay/groth16';
import { decisionInput, manualInput } from '../../circuits/test/decision-oracle.ts';
import { fairnessInput } from '../../circuits/test/fairness-oracle.ts';
import { PLAIN_WINDOW } from '../../circuits/test/fairness-samples.ts';
import { networkDecisionInput } from '../../circuits/test/network-decision-input.ts';
import { networkConformanceInput } from '../../circuits/test/network-oracle.ts';
import { networkReasonsInput, PLAIN_NETWORK_REASONS } from '../../circuits/test/network-reasons-cases.ts';
import { drawNetwork, PLAIN_NETWORK } from '../../circuits/test/network-samples.ts';
import { reasonsInput } from '../../circuits/test/reasons-oracle.ts';
import { PLAIN_DECISION, PLAIN_REASONS } from '../../circuits/test/samples.ts';
import { conforming, treeConformanceInput, treeDecisionInput } from '../../circuits/test/tree-oracle.ts';
import { PLAIN_TREE_REASONS, randomTreeReasons, treeReasonsInput } from '../../circuits/test/tree-reasons-cases.ts';
import { plainTreeDecision, randomTreeDecision, SHAPES } from '../../circuits/test/tree-samples.ts';
import { checkout } from '../setup/cache.ts';

const { model: _, ...APPLICANT } = PLAIN_DECISION;
const [SMALL, LARGE] = SHAPES;

/** Inputs besides the published ones, so that no flag has one value only. */
const OTHERS: Readonly<Record<string, () => readonly WitnessInput[]>> = {
  'decision-additive': () => [
    decisionInput(PLAIN_DECISION),
    decisionInput({ ...PLAIN_DECISION, model: { ...PLAIN_DECISION.model, b0: 2n ** 100n } }),
  ],
  'conformance-network': () => [networkConformanceInput(77n, 0n, PLAIN_NETWORK.model)],
  'conformance-trees': () => {
    const [extra, prohibitedMask] = [7n, 0b1010n];
    return SHAPES.map((shape) => {
      const { schemaId, model } = plainTreeDecision(shape);
      const read = { ...model, readMask: model.readMask & ~prohibitedMask };
      return treeConformanceInput({ schemaId, prohibitedMask, extra, model: conforming(read, extra) });
    });
  },
  'decision-network': () => [
    networkDecisionInput(PLAIN_NETWORK),
    networkDecisionInput({ ...PLAIN_NETWORK, model: drawNetwork(3n, PLAIN_NETWORK.attributes) }),
  ],
  'decision-trees-32x4': () => [
    treeDecisionInput(plainTreeDecision(SMALL)),
    treeDecisionInput(randomTreeDecision(SMALL, 'a sample')),
  ],
  'decision-trees-100x6': () => [treeDecisionInput(plainTreeDecision(LARGE))],
  'manual-decision': () => [manualInput({ ...APPLICANT, approve: false, officerId: 4711n, officerSalt: 815n })],
  'reasons-additive': () => [reasonsInput(PLAIN_REASONS)],
  'reasons-network': () => [networkReasonsInput(PLAIN_NETWORK_REASONS)],
  'reasons-trees-100x6': () => [treeReasonsInput(randomTreeReasons('a large sample', LARGE))],
  'reasons-trees-32x4': () => [treeReasonsInput(PLAIN_TREE_REASONS), treeReasonsInput(randomTreeReasons('a sample'))],
  fairness: () => [fairnessInput(PLAIN_WINDOW)],
};

/** Inputs of a statement's circuit: those that docs/spec/vectors publishes, and others. */
export async function samplesOf(circuit: string): Promise<WitnessInput[]> {
  const file = join(checkout, 'docs/spec/vectors/statements.json');
  const published = JSON.parse(await readFile(file, 'utf8')) as Record<string, { circuit: string; input: unknown }>;
  const own = Object.values(published).filter((claim) => claim.circuit === circuit);
  return [...own.map(({ input }) => elements(input) as WitnessInput), ...(OTHERS[circuit]?.() ?? [])];
}

/** Decimal strings as integers, at any depth. */
function elements(value: unknown): unknown {
  if (typeof value === 'string') return BigInt(value);
  if (Array.isArray(value)) return value.map(elements);
  return Object.fromEntries(Object.entries(value as object).map(([name, member]) => [name, elements(member)]));
}
