import { type prover, verifier } from '@assay/contracts';
import { fr, frToBytes } from '@assay/field';
import type { Clients } from './clients.ts';
import type { Task } from './operation.ts';

/** A window's closings, as their applicants' commitments. */
const CLOSINGS_A_PAGE = 4_096;
const COMMITMENTS_A_MESSAGE = 4_096;
const SUM_DEADLINE_MS = 120_000;

const { DECISION, MANUAL_DECISION } = verifier.ClosingKind;

/** Has the KYC prover add up a window and seal the sums to the fairness prover. @throws RpcError */
export async function sumWindow(
  { scope, number, manualOnly }: Extract<Task, { kind: 'fairness' }>,
  recipientJwk: Uint8Array,
  { kyc, verifier: archive }: Pick<Clients, 'kyc' | 'verifier'>,
): Promise<Uint8Array> {
  const commitments: Uint8Array[] = [];
  for (let pageToken = ''; ; ) {
    const request = { scope, number, manualOnly, pageSize: CLOSINGS_A_PAGE, pageToken };
    const page = await archive.call.listClosings(request);
    for (const { kind, applicantCommitment } of page.closings) {
      const counted = kind === MANUAL_DECISION || (kind === DECISION && !manualOnly);
      if (counted) commitments.push(frToBytes(fr(BigInt(applicantCommitment))));
    }
    pageToken = page.nextPageToken;
    if (pageToken === '') break;
  }
  const header = { scope, number, manualOnly, recipientJwk, applicants: BigInt(commitments.length) };
  const requests = sumRequests(header, commitments);
  return (await kyc.call.sumWindow(requests, { deadlineMs: SUM_DEADLINE_MS })).sealedSums;
}

function* sumRequests(
  header: prover.SumWindowHeader,
  commitments: readonly Uint8Array[],
): Generator<prover.SumWindowRequest> {
  yield { payload: { $case: 'header', value: header } };
  for (let from = 0; from < commitments.length; from += COMMITMENTS_A_MESSAGE) {
    const value = { commitments: commitments.slice(from, from + COMMITMENTS_A_MESSAGE) };
    yield { payload: { $case: 'applicants', value } };
  }
}
