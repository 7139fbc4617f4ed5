import type { Claim } from '@assay/statements';
import { type CommittedModel, conformanceClaim, encodeSignals, type SignalsOf } from '@assay/statements';
import type { ProofContext } from '@assay/verify';
import type { Task } from './operation.ts';
import { OperationFailure } from './operation-failure.ts';
import { type RegistryClient, readRegistry, registered } from './registry-reader.ts';

/** A claim that is ready to be proved. */
export interface ConformanceWork {
  readonly statement: 'conformance';
  readonly claim: Claim<SignalsOf<'conformance'>>;
  readonly context: ProofContext;
  /** Names the claim among all that this prover made. */
  readonly identity: string;
}

/**
 * Builds the claim that a model conforms to what its scope prohibits.
 *
 * @throws OperationFailure `NOTHING_IN_FORCE`, `SCHEMA_MISMATCH`, `PROHIBITED_ATTRIBUTE`
 */
export async function prepareConformance(
  { scope, modelName, modelVersion }: Extract<Task, { kind: 'conformance' }>,
  committed: CommittedModel,
  bank: string,
  registry: RegistryClient,
): Promise<ConformanceWork> {
  const { schemaId, prohibitedMask } = registered(await readRegistry(registry, scope), 'scope');
  if (committed.model.schemaId !== schemaId) {
    throw new OperationFailure('FAILED_PRECONDITION', 'SCHEMA_MISMATCH', "the model is not of the scope's schema");
  }
  if ((committed.model.readMask & BigInt(prohibitedMask)) !== 0n) {
    throw new OperationFailure(
      'FAILED_PRECONDITION',
      'PROHIBITED_ATTRIBUTE',
      'the model reads an attribute that the scope prohibits',
    );
  }
  const claim = conformanceClaim(committed, BigInt(prohibitedMask));
  return {
    statement: 'conformance',
    claim,
    context: { bank, model: modelName, version: modelVersion },
    identity: `conformance:${encodeSignals('conformance', claim.signals).join(':')}`,
  };
}
