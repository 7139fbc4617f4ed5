/** What one server or client permits. Times in milliseconds, sizes in bytes. */
export interface Limits {
  /** Largest message accepted; a larger one is `RESOURCE_EXHAUSTED`. */
  readonly maxReceiveBytes: number;
  /** Largest message sent. */
  readonly maxSendBytes: number;
}

/** What one server permits. */
export interface ServerLimits extends Limits {
  /** Calls in progress on one connection; a client queues what is above. */
  readonly maxStreamsPerConnection: number;
  /** Calls in progress in all, watchers included; above, `RESOURCE_EXHAUSTED` with `overloadRetryMs`. */
  readonly maxCalls: number;
  /** The retry delay told to callers above `maxCalls`. */
  readonly overloadRetryMs: number;
}

const MIB = 1 << 20;

/** 4 MiB each way. */
export const DEFAULT_LIMITS: Limits = { maxReceiveBytes: 4 * MIB, maxSendBytes: 4 * MIB };

/** 4 MiB each way, 100 calls a connection, 1,000 in all, try again after a second. */
export const DEFAULT_SERVER_LIMITS: ServerLimits = {
  ...DEFAULT_LIMITS,
  maxStreamsPerConnection: 100,
  maxCalls: 1000,
  overloadRetryMs: 1000,
};
