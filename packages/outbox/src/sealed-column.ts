import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { OutboxError } from './error.ts';

const VERSION = 1;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + NONCE_BYTES;

/** Where sealed bytes belong. They open nowhere else. */
export interface Cell {
  readonly table: string;
  readonly column: string;
  readonly row: string;
}

/**
 * Encryption of single cells of a database: AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce each, the cell's
 * place as associated data. Sealed: `1 || nonce (12) || ciphertext || tag (16)`.
 *
 * A copied, swapped or altered cell does not open. What is not hidden: how long a value is and that it changed; nor can an
 * old value of the same cell that is put back be recognised. With random nonces one key may seal 2^32 values at most.
 */
export class SealedColumn {
  readonly #key: KeyObject;

  private constructor(key: KeyObject) {
    this.#key = key;
  }

  /** Uses a key of 32 bytes. Error: `BAD_KEY`. */
  static open(key: Uint8Array): SealedColumn {
    if (key.length !== KEY_BYTES) throw new OutboxError('BAD_KEY', `a sealing key has ${KEY_BYTES} bytes`);
    return new SealedColumn(createSecretKey(key));
  }

  /** Seals `plain` for one cell. */
  seal(cell: Cell, plain: Uint8Array): Uint8Array {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(placeOf(cell));
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Uint8Array.from(Buffer.concat([Buffer.of(VERSION), nonce, sealed, cipher.getAuthTag()]));
  }

  /** Opens what was sealed for this very cell. Error: `UNSEALABLE`. */
  unseal(cell: Cell, sealed: Uint8Array): Uint8Array {
    if (sealed.length < HEAD_BYTES + TAG_BYTES || sealed[0] !== VERSION) throw unsealable(cell);
    const nonce = sealed.subarray(1, HEAD_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(placeOf(cell));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    try {
      return Uint8Array.from(
        Buffer.concat([decipher.update(sealed.subarray(HEAD_BYTES, -TAG_BYTES)), decipher.final()]),
      );
    } catch (error) {
      throw unsealable(cell, error);
    }
  }
}

/** Each part with its length before it: no two cells have the same bytes. */
function placeOf({ table, column, row }: Cell): Uint8Array {
  const parts = [table, column, row].map((part) => Buffer.from(part, 'utf8'));
  return Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(part.length);
      return [length, part];
    }),
  );
}

function unsealable({ table, column }: Cell, cause?: unknown): OutboxError {
  const message = `a sealed value of ${table}.${column} does not open: changed, moved from another row, or sealed under another key`;
  return new OutboxError('UNSEALABLE', message, { cause });
}
