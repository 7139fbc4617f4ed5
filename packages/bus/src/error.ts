/**
 * What can go wrong on the bus, closed so that callers can switch on it.
 *
 * - `BAD_OPTIONS`, `BAD_SUBJECT`, `BAD_EVENT`: the caller handed in something that can never be sent.
 * - `CONNECT_FAILED`: no server of the list answered, or it refused the credentials.
 * - `UNSYNCED_SERVER`: the server acknowledges messages before they are on disk.
 * - `SYNC_UNKNOWN`: it could not be established whether it does.
 * - `STREAM_MISSING`, `STREAM_MISMATCH`: a stream is absent, or configured otherwise than the table of limits says.
 * - `STREAM_FULL`: the stream refuses new messages (limits reached); try again when it has been worked off or enlarged.
 * - `MESSAGE_TOO_LARGE`: larger than any stream takes.
 * - `PUBLISH_REFUSED`: the server refused the message for good.
 * - `PUBLISH_TIMEOUT`: no acknowledgement in time; the message may or may not be stored, publishing it again is safe.
 * - `CONSUMER_FAILED`: a consumer could not be made.
 * - `CLOSED`: the bus was closed.
 */
export type BusErrorCode =
  | 'BAD_OPTIONS'
  | 'BAD_SUBJECT'
  | 'BAD_EVENT'
  | 'CONNECT_FAILED'
  | 'UNSYNCED_SERVER'
  | 'SYNC_UNKNOWN'
  | 'STREAM_MISSING'
  | 'STREAM_MISMATCH'
  | 'STREAM_FULL'
  | 'MESSAGE_TOO_LARGE'
  | 'PUBLISH_REFUSED'
  | 'PUBLISH_TIMEOUT'
  | 'CONSUMER_FAILED'
  | 'CLOSED';

const LASTING: ReadonlySet<BusErrorCode> = new Set([
  'BAD_OPTIONS',
  'BAD_SUBJECT',
  'BAD_EVENT',
  'MESSAGE_TOO_LARGE',
  'PUBLISH_REFUSED',
]);

/** The one error class of this package. The message names subjects, streams and fields, never what an event carries. */
export class BusError extends Error {
  override readonly name = 'BusError';
  readonly code: BusErrorCode;

  constructor(code: BusErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** True when trying the same thing again cannot help: an outbox should set such a message aside. */
  get lasting(): boolean {
    return LASTING.has(this.code);
  }
}
