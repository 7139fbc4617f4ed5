import { statement } from '@assay/contracts';
import type { OutboxMessage } from '@assay/outbox';
import { RpcError } from '@assay/rpc';
import type { Logger } from '@assay/telemetry';
import { settlement } from './archive-feed.ts';
import type { VerifierClient } from './fairness.ts';
import type { OperationStore } from './operation-store.ts';

/** The archive has said nothing of an envelope for so long: it is asked. */
const SILENT_MS = 60_000;

/**
 * Compares the outbox with the archive: what is there already is noted, what is not is published again. Cures the loss of
 * messages and of events alike.
 */
export async function reconcile(
  store: OperationStore,
  verifier: VerifierClient,
  logger: Logger,
  silentMs = SILENT_MS,
): Promise<void> {
  let missing = false;
  for (const message of store.outbox.unarchived(silentMs)) {
    if (!(await settleFromArchive(message, store, verifier))) missing = true;
  }
  if (missing && store.outbox.republishUnarchived(silentMs) > 0) logger.warn('envelopes published again');
}

/** Whether the archive has the envelope, pending or decided. */
async function settleFromArchive({ id }: OutboxMessage, store: OperationStore, verifier: VerifierClient) {
  const name = { $case: 'digest', value: Buffer.from(id, 'hex') } as const;
  const found = await verifier.call.getStatement({ name }).catch((error: unknown) => {
    if (error instanceof RpcError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  });
  const reference = found?.statement?.reference;
  if (reference === undefined) return false;
  const { ACCEPTED, REJECTED } = statement.ArchiveResult;
  const { result, code } = reference;
  if ((result === ACCEPTED || result === REJECTED) && reference.index !== undefined) {
    const index = Number(reference.index);
    store.settle(id, settlement({ result: result === ACCEPTED ? 'accepted' : 'rejected', digest: id, index, code }));
  }
  return true;
}
