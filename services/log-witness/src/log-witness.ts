import { nativeEd25519 } from '@assay/archive';
import {
  type Checkpoint,
  cosignCheckpoint,
  encodeWitnessKey,
  type NoteSigner,
  type NoteVerifier,
  openCheckpoint,
  parseCheckpoint,
  parseNote,
  parseVerifierKey,
  parseWitnessKey,
  type SignedCheckpoint,
  TlogError,
  verifyConsistency,
  withCosignatures,
} from '@assay/tlog';
import type { AddCheckpoint } from './add-checkpoint.ts';
import type { Alarm, AlarmKind, Head, WitnessState } from './witness-state.ts';

/** What a log witness says to a checkpoint, in the words of C2SP tlog-witness. */
export type Answer =
  /** Cosigned: the signature line. */
  | { readonly kind: 'cosigned'; readonly line: string }
  /** The checkpoint is none. */
  | { readonly kind: 'malformed'; readonly why: string }
  /** No log of this origin is watched. */
  | { readonly kind: 'unknown-log' }
  /** Not signed by the log's key. */
  | { readonly kind: 'not-signed' }
  /** The old size is above the checkpoint's. */
  | { readonly kind: 'old-too-large' }
  /** The old size is not the last one that was cosigned, or a tree of that size has another root. */
  | { readonly kind: 'conflict'; readonly size: number }
  /** The consistency proof does not verify. */
  | { readonly kind: 'proof-refused' }
  /** The log has signed two histories, and no operator has acknowledged it yet. */
  | { readonly kind: 'alarmed' };

/** What a log witness works with. */
export interface LogWitnessOptions {
  readonly state: WitnessState;
  /** Signs cosignatures; its name is the log witness's. */
  readonly signer: NoteSigner;
  /** Keys of the watched logs as note verifier keys; their names are the origins. */
  readonly logs: readonly string[];
  /** Called with each alarm, once it is on disk. */
  readonly onAlarm?: (origin: string, alarm: Alarm) => void;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

/**
 * Cosigns what a log has signed if it contains all that was cosigned before. Never two trees of one size, never a tree that is smaller than
 * the last: what decides it is on disk before a signature is made.
 */
export class LogWitness {
  readonly #state: WitnessState;
  readonly #signer: NoteSigner;
  readonly #ownKey: NoteVerifier;
  readonly #logs: ReadonlyMap<string, NoteVerifier>;
  readonly #onAlarm: (origin: string, alarm: Alarm) => void;
  readonly #clock: () => number;

  constructor({ state, signer, logs, onAlarm = () => undefined, clock = Date.now }: LogWitnessOptions) {
    this.#state = state;
    this.#signer = signer;
    this.#ownKey = parseWitnessKey(encodeWitnessKey(signer), nativeEd25519);
    this.#logs = new Map(logs.map((vkey) => parseVerifierKey(vkey, nativeEd25519)).map((key) => [key.name, key]));
    this.#onAlarm = onAlarm;
    this.#clock = clock;
  }

  get origins(): readonly string[] {
    return [...this.#logs.keys()];
  }

  head(origin: string): Head | undefined {
    return this.#state.head(origin);
  }

  alarm(origin: string): Alarm | undefined {
    return this.#state.alarm(origin);
  }

  /** Answers a request, and remembers what it cosigned. */
  async add({ old, proof, note }: AddCheckpoint): Promise<Answer> {
    const opened = this.#open(note);
    if ('kind' in opened) return opened;
    const answer = this.#admit(opened, old, proof);
    return answer ?? { kind: 'cosigned', line: await this.#cosign(opened) };
  }

  /** Verifies a checkpoint that a watched log has signed. */
  openSigned(note: Uint8Array): SignedCheckpoint | undefined {
    const opened = this.#open(note);
    return 'kind' in opened ? undefined : opened;
  }

  /** Persists that a log has signed two histories. */
  raise(
    origin: string,
    kind: AlarmKind,
    first: Uint8Array,
    second: Uint8Array,
    proof: readonly Uint8Array[] = [],
  ): void {
    if (this.#state.alarm(origin) !== undefined) return;
    const alarm = { kind, raisedAt: this.#clock(), first, second, proof };
    this.#state.raise(origin, alarm);
    this.#onAlarm(origin, alarm);
  }

  #open(note: Uint8Array): SignedCheckpoint | Answer {
    let claimed: Checkpoint;
    try {
      claimed = parseCheckpoint(parseNote(note).text);
    } catch (error) {
      if (!(error instanceof TlogError)) throw error;
      return { kind: 'malformed', why: error.message };
    }
    const key = this.#logs.get(claimed.origin);
    if (key === undefined) return { kind: 'unknown-log' };
    try {
      return openCheckpoint(note, { origin: claimed.origin, logKeys: [key] });
    } catch (error) {
      if (!(error instanceof TlogError)) throw error;
      return { kind: 'not-signed' };
    }
  }

  /** Nothing is awaited from the look at the last head until the new one is kept: no other request comes between. */
  #admit(checkpoint: SignedCheckpoint, old: number, proof: readonly Uint8Array[]): Answer | undefined {
    const { origin, size, root, note } = checkpoint;
    if (old > size) return { kind: 'old-too-large' };
    const head = this.#state.head(origin);
    if (head !== undefined && head.size === size && !sameBytes(head.root, root)) {
      this.raise(origin, 'fork', head.note, note);
      return { kind: 'conflict', size: head.size };
    }
    if (this.#state.alarm(origin) !== undefined) return { kind: 'alarmed' };
    if (old !== (head?.size ?? 0)) return { kind: 'conflict', size: head?.size ?? 0 };
    if (!isConsistent(head, checkpoint, proof)) return { kind: 'proof-refused' };
    if (head?.size !== size) this.#state.keep(origin, { size, root, note });
    return undefined;
  }

  async #cosign({ origin, size, note }: SignedCheckpoint): Promise<string> {
    const time = Math.floor(this.#clock() / 1000);
    const line = await cosignCheckpoint(parseNote(note).text, this.#signer, time);
    this.#state.keepNote(origin, size, withCosignatures(note, new TextEncoder().encode(line), [this.#ownKey]));
    return line;
  }
}

/** From a tree without entries nothing has to be shown; an empty tree has one root. */
function isConsistent(head: Head | undefined, { size, root }: SignedCheckpoint, proof: readonly Uint8Array[]): boolean {
  const oldSize = head?.size ?? 0;
  if (oldSize === 0 && size > 0) return proof.length === 0;
  try {
    verifyConsistency({ oldSize, newSize: size, oldRoot: head?.root ?? root, newRoot: root, proof });
    return true;
  } catch (error) {
    if (!(error instanceof TlogError)) throw error;
    return false;
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
