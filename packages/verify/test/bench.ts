import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { checkEnvelope } from '../src/check.ts';
import { type Entry, encodeEntry } from '../src/entry.ts';
import type { Envelope } from '../src/envelope.ts';
import type { Judgement } from '../src/judgement.ts';
import { Ledger } from '../src/ledger.ts';
import { bankOf, type EntrySource, kindOf, statementOf } from '../src/replay.ts';
import { bodies, conformance, modelRegistration, NOON, registration, trust } from './world.ts';

/** A log in memory: files envelopes as the verifier does, without a disk. */
export class Bench {
  readonly ledger = new Ledger(trust);
  readonly leaves: Uint8Array[] = [];
  readonly blobs = new Map<string, Uint8Array>();
  /** Receipt time of the next envelope. */
  now = NOON;

  /** A log with everything that intakes need. `slots` are registered last. */
  static async ready(slots: readonly Envelope[] = []): Promise<Bench> {
    const bench = await Bench.registered();
    for (const envelope of await modelled()) bench.append(envelope);
    for (const one of slots) await bench.accept(one);
    return bench;
  }

  /** A log with every registration but the model's. */
  static async registered(): Promise<Bench> {
    const bench = new Bench();
    for (const envelope of await registrations()) bench.append(envelope);
    return bench;
  }

  /** All checks as of now. */
  judge(envelope: Envelope, table?: Uint8Array): Judgement {
    return checkEnvelope(envelope, this.ledger, trust, this.now, table);
  }

  /** The code of a judgement that has one. */
  code(envelope: Envelope, table?: Uint8Array): string {
    const judgement = this.judge(envelope, table);
    return judgement.result === 'accepted' ? 'accepted' : `${judgement.result} ${judgement.check} ${judgement.code}`;
  }

  /** Files an envelope that has to be accepted, and gives its leaf index. */
  async accept(envelope: Envelope | Promise<Envelope>, table?: Uint8Array): Promise<number> {
    const given = await envelope;
    const code = this.code(given, table);
    if (code !== 'accepted') throw new Error(`not accepted: ${code}`);
    return this.append(given, table);
  }

  /** Appends an accepted entry whatever the checks say. */
  append(envelope: Envelope, table?: Uint8Array, changes: Partial<Entry> = {}): number {
    const statement = statementOf(envelope);
    const bank = bankOf(envelope);
    const entry: Entry = {
      kind: kindOf(envelope),
      ...(statement !== undefined && { statement }),
      ...(bank !== undefined && { bank }),
      receivedAt: this.now,
      registryHead: this.ledger.registry.head,
      payload: { sha256: envelope.digest, size: envelope.bytes.length },
      ...(table && { attachments: [digestOf(table)] }),
      ...changes,
    };
    this.blobs.set(envelope.digest, envelope.bytes);
    if (table) this.blobs.set(digestOf(table), table);
    const index = this.leaves.push(encodeEntry(entry)) - 1;
    this.ledger.apply(index, entry, envelope);
    return index;
  }

  /** The log as a source, with changes to leaves or blobs. */
  source(changes: { leaves?: readonly Uint8Array[]; blobs?: ReadonlyMap<string, Uint8Array> } = {}): EntrySource {
    const { leaves = this.leaves, blobs = this.blobs } = changes;
    return {
      async *entries() {
        for (const [index, leaf] of leaves.entries()) yield { index, leaf };
      },
      blob: async (digest) => blobs.get(digest),
    };
  }
}

/** What every log begins with, made once; that the checks accept all of it has a test. */
const registrations = once(() => Promise.all(Object.entries(bodies).map(([kind, body]) => registration(kind, body))));
const modelled = once(async () => {
  const proof = await conformance();
  return [proof, await modelRegistration(proof)];
});

/** The beginning of every log. */
export async function beginning(): Promise<readonly Envelope[]> {
  return [...(await registrations()), ...(await modelled())];
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function digestOf(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}
