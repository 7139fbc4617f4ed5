/**
 * - `NOT_DURABLE`: the database is not a file in WAL mode with full synchronisation.
 * - `NOT_IN_TRANSACTION`: a message was enqueued outside a transaction.
 * - `IN_TRANSACTION`: attached while a transaction was open.
 * - `ID_CONFLICT`: the id is taken by a message with another content.
 * - `BAD_KEY`: a key of the wrong length, or a key file that others may read or that is not a plain file.
 * - `UNSEALABLE`: sealed bytes that were changed, moved to another row, or sealed under another key.
 */
export type OutboxErrorCode =
  | 'NOT_DURABLE'
  | 'NOT_IN_TRANSACTION'
  | 'IN_TRANSACTION'
  | 'ID_CONFLICT'
  | 'BAD_KEY'
  | 'UNSEALABLE';

/** The one error class of this package. Messages name tables, ids and paths, never contents. */
export class OutboxError extends Error {
  override readonly name = 'OutboxError';
  readonly code: OutboxErrorCode;

  constructor(code: OutboxErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
