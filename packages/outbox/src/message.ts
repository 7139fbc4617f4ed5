/** W3C Trace Context as text, so that the publishing of a stored message stays in the trace that caused it. */
export interface StoredTrace {
  readonly traceparent: string;
  readonly tracestate?: string;
}

/** What a caller puts into the outbox: the parts of a bus event. Nothing here is encrypted by the outbox. */
export interface NewMessage {
  /** Unique in this outbox, stable across retries; the bus drops repetitions by it. */
  readonly id: string;
  /** Where it is to be published. */
  readonly subject: string;
  readonly source: string;
  readonly type: string;
  readonly contentType: string;
  /** What the event is about. */
  readonly about?: string;
  readonly data: Uint8Array;
  readonly traceContext?: StoredTrace;
}

/** A stored message. Times are milliseconds since 1970. */
export interface OutboxMessage extends NewMessage {
  /** Order of enqueueing, from 1. */
  readonly seq: number;
  readonly enqueuedAt: number;
  /** 0 at first; one more each time the reconciler has it published again. */
  readonly generation: number;
  /**
   * The message id for the bus: `id`, from the second generation on `id~generation`. A repetition that the reconciler
   * wants must not be dropped as one; receivers recognise it by its contents.
   */
  readonly dedupeId: string;
  /** When its publication was acknowledged; `undefined` while it waits. */
  readonly sentAt: number | undefined;
}

/** A row of the table `outbox`, as SQLite gives it. */
export interface OutboxRow {
  readonly seq: number;
  readonly id: string;
  readonly subject: string;
  readonly source: string;
  readonly type: string;
  readonly content_type: string;
  readonly about: string | null;
  readonly data: Uint8Array;
  readonly traceparent: string | null;
  readonly tracestate: string | null;
  readonly enqueued_at: number;
  readonly generation: number;
  readonly sent_at: number | null;
}

/** Reads a row. */
export function messageOf(row: OutboxRow): OutboxMessage {
  return {
    seq: row.seq,
    id: row.id,
    subject: row.subject,
    source: row.source,
    type: row.type,
    contentType: row.content_type,
    data: row.data,
    enqueuedAt: row.enqueued_at,
    generation: row.generation,
    dedupeId: row.generation === 0 ? row.id : `${row.id}~${row.generation}`,
    sentAt: row.sent_at ?? undefined,
    ...(row.about === null ? {} : { about: row.about }),
    ...(row.traceparent === null ? {} : { traceContext: traceOf(row.traceparent, row.tracestate) }),
  };
}

function traceOf(traceparent: string, tracestate: string | null): StoredTrace {
  return tracestate === null ? { traceparent } : { traceparent, tracestate };
}
