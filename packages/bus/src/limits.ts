import type { Channel } from './subjects.ts';

/** The four streams of a bank. */
export type StreamKind = 'JOBS' | 'PROOFS' | 'ARCHIVE' | 'DLQ';

/** One row of the table of limits. Bytes are bytes, times milliseconds; 0 for an age means: kept until removed or full. */
export interface StreamLimits {
  /** The channel whose subjects the stream stores. */
  readonly channel: Channel;
  /** `workqueue`: a message leaves when it is acknowledged. `limits`: it stays until its age. */
  readonly retention: 'workqueue' | 'limits';
  /** Nothing may be deleted or purged through the API. */
  readonly immutable: boolean;
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  readonly maxMessageBytes: number;
  /** How long the server remembers message ids and drops repetitions. */
  readonly duplicateWindowMs: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * The table of limits (docs/spec/bus.md explains each figure). All streams are on disk and refuse new messages when full:
 * nothing that was acknowledged is ever pushed out by something newer.
 */
export const STREAM_LIMITS: Readonly<Record<StreamKind, StreamLimits>> = {
  JOBS: {
    channel: 'job',
    retention: 'workqueue',
    immutable: false,
    maxBytes: 256 * MIB,
    maxAgeMs: 0,
    maxMessageBytes: 896 * KIB,
    duplicateWindowMs: 2 * HOUR,
  },
  PROOFS: {
    channel: 'proof',
    retention: 'limits',
    immutable: true,
    maxBytes: 4096 * MIB,
    maxAgeMs: 30 * DAY,
    maxMessageBytes: 896 * KIB,
    duplicateWindowMs: 2 * HOUR,
  },
  ARCHIVE: {
    channel: 'archive',
    retention: 'limits',
    immutable: true,
    maxBytes: 1024 * MIB,
    maxAgeMs: 90 * DAY,
    maxMessageBytes: 896 * KIB,
    duplicateWindowMs: 2 * HOUR,
  },
  DLQ: {
    channel: 'dlq',
    retention: 'limits',
    immutable: false,
    maxBytes: 256 * MIB,
    maxAgeMs: 30 * DAY,
    maxMessageBytes: 960 * KIB,
    duplicateWindowMs: 2 * HOUR,
  },
};

/** Largest `data` of an event in bytes. With its headers it fits every stream, and the dead-letter stream once more. */
export const MAX_DATA_BYTES = 880 * KIB;

/** Consumers' defaults: see `ConsumeOptions`. */
export const CONSUME_DEFAULTS = {
  concurrency: 1,
  ackWaitMs: 30_000,
  maxDeliver: 8,
  backoffMs: [250, 1_000, 5_000, 15_000, 60_000] as readonly number[],
} as const;

/** Publishing: how long one attempt waits for its acknowledgement, and how long all attempts together may take. */
export const PUBLISH_DEFAULTS = { attemptTimeoutMs: 3_000, timeoutMs: 30_000, firstBackoffMs: 50, maxBackoffMs: 2_000 };

/** The stream that stores a channel's messages. */
export function streamOf(channel: Channel): StreamKind {
  const kinds: Record<Channel, StreamKind> = { job: 'JOBS', proof: 'PROOFS', archive: 'ARCHIVE', dlq: 'DLQ' };
  return kinds[channel];
}

/** The stream's name on the server: `ASSAY_<bank>_<kind>`. */
export function streamName(bank: string, kind: StreamKind): string {
  return `ASSAY_${bank}_${kind}`;
}
