import type { WitnessInput } from '@assay/groth16';
import fc from 'fast-check';
import { type NetworkCase, networkCommitment, networkInput, networkScore } from './network-oracle.ts';
import { drawNetwork, PLAIN_NETWORK } from './network-samples.ts';
import { costsBy, type DeclinedCase, declinedInput, mostExpensive } from './reasons-oracle.ts';
import { declinedCases } from './samples.ts';

/** A declined applicant under a network. */
export interface NetworkReasonsCase extends DeclinedCase {
  readonly model: NetworkCase;
}

export function networkCosts(declined: NetworkReasonsCase): bigint[] {
  return costsBy((x) => networkScore(declined.model, x), declined);
}

export function networkReasons(declined: NetworkReasonsCase): bigint[] {
  return mostExpensive(networkCosts(declined));
}

/** All inputs of the network's circuit of reasons, public signals as the specification gives them; `reasons` as a bank claims them. */
export function networkReasonsInput(
  declined: NetworkReasonsCase,
  reasons: readonly bigint[] = networkReasons(declined),
): WitnessInput {
  return {
    ...declinedInput(declined, reasons),
    ...networkInput(declined.model),
    modelCommitment: networkCommitment(declined.schemaId, declined.model),
  };
}

/** Declined applicants under random networks, the baseline near their attributes, some of them equal. */
export const declinedByNetworks: fc.Arbitrary<NetworkReasonsCase> = fc
  .record({ declined: declinedCases, seed: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }) })
  .map(({ declined: { model: _, ...declined }, seed }) => {
    // In range for both, and for every mixture of them.
    const reached = declined.attributes.map((x, j) => x + declined.baseline[j]!);
    return { ...declined, model: drawNetwork(seed, reached) };
  });

/**
 * A case that is easy to follow: every attribute is a little above the baseline, and slots 11 and 12 weigh and differ alike. Slots
 * 5, 27 and 14 cost most, in this order, then these two; most others gain.
 */
export const PLAIN_NETWORK_REASONS: NetworkReasonsCase = (() => {
  const { schemaId, attributes, subject, salt, model } = PLAIN_NETWORK;
  const alike = <T>(list: readonly T[]): T[] => list.with(12, list[11]!);
  return {
    ...{ schemaId, attributes, subject, salt },
    baseline: attributes.map((x, j) => x - BigInt(j === 12 ? 7 : 3 + (j % 7))),
    model: {
      ...model,
      slotFactors: alike(model.slotFactors),
      slotSteps: alike(model.slotSteps),
      firstSteps: model.firstSteps.map(alike),
    },
  };
})();
