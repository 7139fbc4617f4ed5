import { type Bus, BusError, contextOfTrace, parseSubject } from '@assay/bus';
import type { Outbox, OutboxMessage } from '@assay/outbox';
import type { Logger } from '@assay/telemetry';

/** A message of which the archive has said nothing for so long is published again. */
const UNARCHIVED_MS = 60_000;
const RECONCILE_MS = 15_000;

/** Publishes what the outbox holds, each message in the trace that caused it. */
export function publishOutbox(bus: Bus, outbox: Outbox, logger: Logger): ReturnType<Outbox['relay']> {
  return outbox.relay((message) => publish(bus, message), {
    refusal: (error) => (error instanceof BusError && error.lasting ? error.code : undefined),
    onFailure: (error, attempt) => logger.warn('publication failed', { attempt, error }),
  });
}

/** Compares the outbox with what the archive has confirmed, at intervals. */
export function reconcile(outbox: Outbox, logger: Logger): NodeJS.Timeout {
  return setInterval(() => {
    if (outbox.republishUnarchived(UNARCHIVED_MS) > 0) logger.warn('republishing what the archive has not confirmed');
  }, RECONCILE_MS);
}

async function publish(bus: Bus, message: OutboxMessage): Promise<void> {
  const { dedupeId, source, type, contentType, about, data, enqueuedAt, traceContext } = message;
  await bus.publish(
    {
      id: message.id,
      source,
      type,
      subject: parseSubject(message.subject).subject,
      time: new Date(enqueuedAt).toISOString(),
      contentType,
      data,
      ...(about !== undefined && { about }),
    },
    { context: contextOfTrace(traceContext), dedupeId },
  );
}
