import { createHmac, timingSafeEqual } from 'node:crypto';
import { prepared } from '@assay/outbox';
import { RpcError } from '@assay/rpc';
import type { Database } from './database.ts';

/** A request's content, by which a repetition is told from another request of the same id. */
export interface RequestIdentity {
  readonly requestId: string;
  readonly mac: Uint8Array;
}

/**
 * Which request made what. Contents are kept as HMAC-SHA-256 under a key that lies beside the database: a plain hash of an
 * application could be searched for its attributes.
 */
export class RequestLedger {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Names a request: its method and the canonical encoding of its message. */
  identify(requestId: string, method: string, message: Uint8Array): RequestIdentity {
    const mac = createHmac('sha256', this.#database.requestKey).update(method).update(Uint8Array.of(0)).update(message);
    return { requestId, mac: Uint8Array.from(mac.digest()) };
  }

  /** What the request made when it first came; `undefined` when it did not. @throws RpcError `ALREADY_EXISTS` for an id that another request has used */
  target({ requestId, mac }: RequestIdentity): string | undefined {
    const row = prepared(this.#database.db, 'SELECT mac, target FROM requests WHERE request_id = ?').get(requestId);
    if (row === undefined) return undefined;
    if (row.mac instanceof Uint8Array && timingSafeEqual(row.mac, mac)) return String(row.target);
    throw new RpcError('ALREADY_EXISTS', 'the request_id was used for another request', {
      reason: 'REQUEST_ID_REUSED',
    });
  }

  /** Remembers what a request made; called in the transaction that makes it. */
  record({ requestId, mac }: RequestIdentity, target: string): void {
    prepared(this.#database.db, 'INSERT INTO requests VALUES (?, ?, ?)').run(requestId, mac, target);
  }
}
