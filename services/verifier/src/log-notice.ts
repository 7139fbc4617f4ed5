import { BusError, type BusNotice, type NoticeSink } from '@assay/bus';
import type { Logger } from '@assay/telemetry';

/** Logs what happens on the bus beside our calls: places and codes, no content. */
export function logNotice(logger: Logger): NoticeSink {
  return (notice) => logger.warn(EVENTS[notice.kind], fieldsOf(notice));
}

const EVENTS: Readonly<Record<BusNotice['kind'], string>> = {
  disconnected: 'bus disconnected',
  reconnected: 'bus reconnected',
  'server-refused': 'bus server refused',
  'publish-retried': 'publish retried',
  'handler-failed': 'delivery failed',
  'dead-lettered': 'message dead-lettered',
  'dead-letter-failed': 'dead letter failed',
  'acknowledgement-unconfirmed': 'acknowledgement unconfirmed',
  'pull-failed': 'pull failed',
};

function fieldsOf(notice: BusNotice) {
  const error = 'error' in notice ? { error: notice.error, code: codeOf(notice.error) } : {};
  const place = 'place' in notice ? { stream: notice.place.stream, sequence: notice.place.streamSeq } : {};
  return { ...error, ...place, ...('reason' in notice && { reason: notice.reason }) };
}

function codeOf(error: unknown): string | undefined {
  return error instanceof BusError ? error.code : undefined;
}
