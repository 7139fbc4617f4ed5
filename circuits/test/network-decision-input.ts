import type { WitnessInput } from '@assay/groth16';
import { shellInput } from './decision-oracle.ts';
import { networkCommitment, networkInBand, networkInput, networkScore } from './network-oracle.ts';
import type { NetworkDecision } from './network-samples.ts';

/** All inputs of the network's decision circuit, public signals as the specification gives them. */
export function networkDecisionInput(decision: NetworkDecision): WitnessInput {
  const { model, attributes, schemaId } = decision;
  const verdict = {
    inBand: networkInBand(model, attributes),
    above: networkScore(model, attributes) > model.cutoff,
  };
  return {
    ...shellInput(decision, verdict),
    ...networkInput(model),
    modelCommitment: networkCommitment(schemaId, model),
  };
}
