import { type gateway, statement } from '@assay/client';
import { withSpan } from '@assay/telemetry';
import { trace } from '@opentelemetry/api';
import { type BankContext, checkReceipt } from '../../examples/demo/bank-backend.ts';
import type { DemoApplicant } from '../../examples/demo/dataset.ts';

/** An application that is ready to be sent: its issuers have signed. */
export type PreparedApplication = gateway.SubmitApplicationRequest;

/** An application that was submitted, proved, archived, and whose receipts were checked. */
export interface Archived {
  /** From the call to the checked receipts of intake and closing, milliseconds. */
  readonly latencyMs: number;
  /** When the receipts had been checked, by `performance.now()`. */
  readonly endedAt: number;
  /** Hex. */
  readonly traceId: string;
}

const SETTLE_MS = 10 * 60_000;
const { ELIGIBILITY, DECISION } = statement.StatementKind;

/** Has the issuers sign for every applicant: what that costs is theirs. */
export function prepareAll(bank: BankContext, applicants: readonly DemoApplicant[]): PreparedApplication[] {
  return applicants.map((applicant) => {
    const { messages, declared } = bank.issuerTool.issue(applicant, bank.schema, bank.bank);
    return {
      requestId: `apply-${applicant.id}`,
      scope: bank.scope,
      ordinal: 0,
      declared,
      identityCredential: messages.identity,
      financialCredential: messages.financial,
    };
  });
}

/**
 * One application from the bank's call to the checked receipts of its intake and of what the model decided.
 *
 * @throws Error when it was rejected
 */
export async function archive(bank: BankContext, request: PreparedApplication): Promise<Archived> {
  const startedAt = performance.now();
  const { application, traceId } = await withSpan(
    'application',
    { attributes: { 'assay.bank': bank.bank } },
    async () => ({
      application: await bank.gateway.submitApplication(request),
      traceId: trace.getActiveSpan()?.spanContext().traceId ?? '',
    }),
  );
  const settled = await bank.gateway.settledApplication(application.applicationId, { deadlineMs: SETTLE_MS });
  const digests = [ELIGIBILITY, DECISION].map((kind) => settled.statements.find((made) => made.kind === kind)?.digest);
  if (!digests.every((digest) => digest !== undefined)) throw new Error('an application was not decided');
  await Promise.all(digests.map((digest) => checkReceipt(bank, digest)));
  const endedAt = performance.now();
  return { latencyMs: endedAt - startedAt, endedAt, traceId };
}

/**
 * Keeps `inFlight` applications under way until all were sent or `until` (by `performance.now()`) is past; those that have begun are
 * waited for.
 */
export async function saturate(
  bank: BankContext,
  requests: readonly PreparedApplication[],
  { inFlight, until, onArchived }: { inFlight: number; until: number; onArchived: (done: number) => void },
): Promise<Archived[]> {
  const done: Archived[] = [];
  const queue = requests.values();
  const worker = async (): Promise<void> => {
    for (const request of queue) {
      done.push(await archive(bank, request));
      onArchived(done.length);
      if (performance.now() >= until) return;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return done;
}
