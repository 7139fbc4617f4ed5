import { fr } from '@assay/field';
import type { Claim } from './circuit-input.ts';
import { familyOf } from './families/families.ts';
import type { CommittedModel } from './families/family.ts';
import { modelCommitment } from './model-commitment.ts';
import type { SignalsOf } from './statement.ts';

/** The claim that a model keeps its ranges, carries the band that its parameters imply, and reads no slot of `prohibitedMask` (32 bits). */
export function conformanceClaim(committed: CommittedModel, prohibitedMask: bigint): Claim<SignalsOf<'conformance'>> {
  const family = familyOf(committed.model);
  const signals = {
    modelCommitment: modelCommitment(committed),
    schemaId: fr(committed.model.schemaId),
    prohibitedMask: fr(prohibitedMask),
    family: fr(family.number),
  };
  return { circuit: family.conformance, input: { ...family.conformanceInput(committed), ...signals }, signals };
}
