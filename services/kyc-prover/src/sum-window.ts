import type { prover } from '@assay/contracts';
import { frFromBytes } from '@assay/field';
import { fieldViolation, RpcError } from '@assay/rpc';
import { type PublicSealingKey, parsePublicSealingKey, seal } from '@assay/seal';
import { type ClosingTally, encodeTallyOpening, sumClosings } from '@assay/statements';
import type { ApplicationStore } from './application-store.ts';

/** Serves `KycProverService.SumWindow`: adds up what closings' tallies open to, and seals it. */
export async function sumWindow(
  requests: AsyncIterable<prover.SumWindowRequest>,
  store: ApplicationStore,
  fairnessKey: PublicSealingKey,
): Promise<prover.SumWindowResponse> {
  let header: prover.SumWindowHeader | undefined;
  const tallies = new Map<string, ClosingTally>();
  let received = 0;
  for await (const { payload } of requests) {
    if (payload?.$case === 'header' && header === undefined) header = payload.value;
    else if (payload?.$case === 'applicants' && header !== undefined) {
      for (const bytes of payload.value.commitments) {
        received += 1;
        const commitment = readCommitment(bytes);
        tallies.set(commitment, tallyOf(store, commitment, header.manualOnly));
      }
    } else throw fieldViolation('payload', 'must be one header, then applicants');
  }
  if (header === undefined) throw fieldViolation('header', 'must be given');
  if (tallies.size !== received) throw fieldViolation('applicants', 'must name each applicant once');
  if (BigInt(received) !== header.applicants)
    throw new RpcError('DATA_LOSS', 'not as many applicants came as the header says');
  const recipient = await parsePublicSealingKey(header.recipientJwk);
  if (recipient.kid !== fairnessKey.kid) {
    throw new RpcError('PERMISSION_DENIED', 'the recipient is not the configured fairness prover', {
      reason: 'RECIPIENT_UNKNOWN',
    });
  }
  const { scope, number, manualOnly } = header;
  const opening = sumClosings([...tallies.values()]);
  return {
    sealedSums: await seal(encodeTallyOpening({ scope, number, manualOnly, opening }), 'window-sums', fairnessKey),
  };
}

function readCommitment(bytes: Uint8Array): string {
  if (bytes.length !== 32) throw fieldViolation('applicants.commitments', 'must have 32 bytes each');
  return String(frFromBytes(bytes));
}

function tallyOf(store: ApplicationStore, commitment: string, manualOnly: boolean): ClosingTally {
  const application = store.findByCommitment(commitment);
  const manual = application && store.closing(application.id, 'manual-decision');
  const closing = manual ?? (application && !manualOnly ? store.closing(application.id, 'decision') : undefined);
  if (application === undefined || closing === undefined) {
    throw new RpcError('NOT_FOUND', 'the opening of an applicant of this window is not here', {
      reason: 'OPENING_MISSING',
      metadata: { applicantCommitment: commitment },
    });
  }
  if (closing.tally === undefined) {
    throw new RpcError('FAILED_PRECONDITION', 'an applicant of this window is not closed', {
      reason: 'NOT_CLOSED',
      metadata: { applicantCommitment: commitment },
    });
  }
  return closing.tally;
}
