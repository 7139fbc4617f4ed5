export { OutboxError, type OutboxErrorCode } from './error.ts';
export { loadOrCreateKey } from './key-file.ts';
export type { NewMessage, OutboxMessage, StoredTrace } from './message.ts';
export { Outbox, type PublishMessage } from './outbox.ts';
export { prepared } from './prepared.ts';
export type { Relay, RelayOptions } from './relay.ts';
export { type Cell, SealedColumn } from './sealed-column.ts';
export { inTransaction, inUnsyncedTransaction } from './transaction.ts';
