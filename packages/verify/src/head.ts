import {
  cosignatureTime,
  openCheckpoint,
  parseVerifierKey,
  parseWitnessKey,
  type SignedCheckpoint,
  TlogError,
} from '@assay/tlog';
import { VerifyError } from './error.ts';
import type { Trust } from './trust.ts';

/** A log witness that cosigned a checkpoint. */
export interface Cosigner {
  /** As the trust configuration names it. */
  readonly name: string;
  /** When it says that it did, milliseconds since 1970. */
  readonly at: number;
}

/** A checkpoint that the log's key signed, and the trusted log witnesses that cosigned it. */
export interface Head {
  readonly checkpoint: SignedCheckpoint;
  readonly cosigners: readonly Cosigner[];
}

/**
 * Verifies a checkpoint of the trusted log.
 *
 * @throws VerifyError `head` where it is none, or a line by a trusted log witness does not verify
 */
export function openHead(note: Uint8Array, { log, witnesses }: Trust): Head {
  const keys = witnesses.map(({ name, verifierKey }) => ({ label: name, ...parseWitnessKey(verifierKey) }));
  try {
    const trust = { origin: log.origin, logKeys: [parseVerifierKey(log.verifierKey)], otherKeys: keys };
    const checkpoint = openCheckpoint(note, trust);
    const cosigners = keys.flatMap(({ label, name, keyId }) => {
      const line = checkpoint.verified.find((one) => one.name === name && one.keyId === keyId);
      return line ? [{ name: label, at: cosignatureTime(line.signature)! * 1000 }] : [];
    });
    return { checkpoint, cosigners };
  } catch (cause) {
    if (!(cause instanceof TlogError)) throw cause;
    throw new VerifyError('head', `the checkpoint: ${cause.message}`, { cause });
  }
}

/** As `openHead`, for a head on which more is built: as many log witnesses as are required have to have cosigned it. @throws VerifyError `head` */
export function requireHead(note: Uint8Array, trust: Trust): Head {
  const head = openHead(note, trust);
  const { length } = head.cosigners;
  if (length < trust.requiredWitnesses)
    throw new VerifyError(
      'head',
      `${length} of the trusted log witnesses cosigned the checkpoint, ${trust.requiredWitnesses} are required`,
    );
  return head;
}
