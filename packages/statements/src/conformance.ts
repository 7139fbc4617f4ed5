import { fr } from '@assay/field';
import type { Claim } from './circuit-input.ts';
import { ADDITIVE_FAMILY, type CommittedModel, modelCommitment, modelInput } from './model-commitment.ts';
import type { SignalsOf } from './statement.ts';

/** The claim that a model keeps its ranges, carries the band that its weights imply, and reads no slot of `prohibitedMask` (32 bits). */
export function conformanceClaim(committed: CommittedModel, prohibitedMask: bigint): Claim<SignalsOf<'conformance'>> {
  const { model } = committed;
  const signals = {
    modelCommitment: modelCommitment(committed),
    schemaId: fr(model.schemaId),
    prohibitedMask: fr(prohibitedMask),
    family: fr(ADDITIVE_FAMILY),
  };
  const input = { ...modelInput(committed), magnitudes: model.magnitudes, extra: model.extra, ...signals };
  return { circuit: 'conformance-additive', input, signals };
}
