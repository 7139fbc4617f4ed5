import {
  type Envelope,
  parseEnvelope,
  parseRegistration,
  type Registration,
  type RegistrationPredicate,
} from '@assay/verify';
import { hexToBytes } from '@noble/hashes/utils.js';
import type { Archivist } from './archivist.ts';
import { type IndexedStatement, registrationsFrom } from './statement-index.ts';

/** A registration with its entry. */
export interface ListedRegistration {
  readonly row: IndexedStatement;
  readonly envelope: Envelope;
  readonly registration: Registration;
}

/** The registrations of the archive, each read from its file and parsed once: what is in force is asked for with every application. */
export class RegistrationList {
  readonly #archivist: Archivist;
  readonly #known: ListedRegistration[] = [];
  #last: Promise<unknown> = Promise.resolve();

  constructor(archivist: Archivist) {
    this.#archivist = archivist;
  }

  /** Those before a leaf index, newest first. @throws ArchiveError `corrupt` */
  async before(index: number): Promise<readonly ListedRegistration[]> {
    const done = this.#last.then(() => this.#catchUp());
    this.#last = done.catch(() => undefined); // The caller has the error; the next one tries again.
    await done;
    return this.#known.filter(({ row }) => row.index < index).reverse();
  }

  async #catchUp(): Promise<void> {
    const { archive, index } = this.#archivist;
    const from = (this.#known.at(-1)?.row.index ?? -1) + 1;
    for (const row of registrationsFrom(index.db, from)) {
      const envelope = parseEnvelope((await archive.blob(hexToBytes(row.digest)))!);
      const { kind, body } = envelope.predicate as RegistrationPredicate;
      this.#known.push({ row, envelope, registration: parseRegistration(kind, body) });
    }
  }
}
