import { Groth16Error, parseVerificationKey, type VerificationKey, verificationKeyHash } from '@assay/groth16/verifier';
import { CIRCUITS, REASONS_CIRCUITS, REASONS_SIGNALS, STATEMENT_KINDS, signalNames } from '@assay/statements';
import { parseWitnessKey, TlogError } from '@assay/tlog';
import { bytesToHex } from '@noble/hashes/utils.js';
import { VerifyError } from './error.ts';
import { asObject, decodeBase64, type JsonObject, onlyMembers, parseJsonObject, stringMember } from './json.ts';
import { REGISTRATION_KINDS, type RegistrationKind } from './registration.ts';
import { BANK_PATTERN } from './scope.ts';

/** What a checker believes before it reads a byte of an archive. Comes from a file that lies outside the archive. */
export interface Trust {
  /** `development`: the keys' secrets are public, nothing they prove is worth anything outside a demo. */
  readonly keyClass: 'development' | 'ceremony';
  /** The log's origin and its key as a note verifier key. */
  readonly log: { readonly origin: string; readonly verifierKey: string };
  /** Who may register what: raw Ed25519 keys. `model` is by bank. */
  readonly authorities: Readonly<Record<Exclude<RegistrationKind, 'model'>, readonly Uint8Array[]>>;
  readonly validators: ReadonlyMap<string, readonly Uint8Array[]>;
  /** Verification keys by circuit, with their hashes in hex. */
  readonly verificationKeys: ReadonlyMap<string, { readonly key: VerificationKey; readonly hash: string }>;
  /** Log witnesses whose cosignatures are looked for, by the name that the file gives them. */
  readonly witnesses: readonly TrustedWitness[];
  /** How many of them have to have cosigned a checkpoint, at least. */
  readonly requiredWitnesses: number;
}

/** A log witness as the trust configuration names it. */
export interface TrustedWitness {
  readonly name: string;
  /** Its key, `name+keyid+base64`, of type cosignature. */
  readonly verifierKey: string;
}

const FORMAT = 'assay-trust-v1';
/** Every origin of a log whose keys are development keys starts with this: each checkpoint says what it is worth. */
export const DEMO_ORIGIN = 'INSECURE-DEMO/';

/** Reads a trust configuration. @throws VerifyError `malformed`, `trust` */
export function parseTrust(bytes: Uint8Array): Trust {
  const trust = readTrust(bytes);
  const { origin, verifierKey } = trust.log;
  if (!verifierKey.startsWith(`${origin}+`))
    throw new VerifyError('trust', 'trust.log.verifierKey is not a key of trust.log.origin');
  if (origin.startsWith(DEMO_ORIGIN) !== (trust.keyClass === 'development'))
    throw new VerifyError('trust', `trust.log.origin starts with ${DEMO_ORIGIN} with development keys, and only then`);
  return trust;
}

/**
 * Refuses keys of a ceremony that are development keys in truth: a key is known by its hash, whatever class it is given.
 *
 * @param development hex hashes of the verification keys whose secrets are public
 * @throws VerifyError `trust` naming the circuit
 */
export function refuseDisguisedKeys({ keyClass, verificationKeys }: Trust, development: ReadonlySet<string>): void {
  if (keyClass === 'development') return;
  for (const [circuit, { hash }] of verificationKeys) {
    if (development.has(hash))
      throw new VerifyError('trust', `trust.verificationKeys.${circuit} is a development key: its secrets are public`);
  }
}

function readTrust(bytes: Uint8Array): Trust {
  const object = parseJsonObject(bytes, 'trust');
  const optional = ['witnesses', 'requiredWitnesses'];
  onlyMembers(
    object,
    ['format', 'keyClass', 'log', 'authorities', 'validators', 'verificationKeys', ...optional],
    'trust',
  );
  if (object.format !== FORMAT) throw new VerifyError('trust', `trust.format is not ${FORMAT}`);
  const log = asObject(object.log, 'trust.log');
  const witnesses = readWitnesses(object.witnesses ?? []);
  const { requiredWitnesses = 0 } = object;
  if (typeof requiredWitnesses !== 'number' || !Number.isInteger(requiredWitnesses) || requiredWitnesses < 0)
    throw new VerifyError('trust', 'trust.requiredWitnesses is not a count');
  if (requiredWitnesses > witnesses.length)
    throw new VerifyError('trust', 'trust.requiredWitnesses is more than trust.witnesses names');
  return {
    witnesses,
    requiredWitnesses,
    keyClass: stringMember(object, 'keyClass', 'trust', /^(development|ceremony)$/) as Trust['keyClass'],
    log: {
      origin: stringMember(log, 'origin', 'trust.log'),
      verifierKey: stringMember(log, 'verifierKey', 'trust.log'),
    },
    authorities: readAuthorities(asObject(object.authorities, 'trust.authorities')),
    validators: new Map(
      Object.entries(asObject(object.validators, 'trust.validators')).map(([bank, keys]) => {
        if (!BANK_PATTERN.test(bank)) throw new VerifyError('trust', 'trust.validators names what is no bank');
        return [bank, readKeys(keys, `trust.validators.${bank}`)];
      }),
    ),
    verificationKeys: new Map(
      Object.entries(asObject(object.verificationKeys, 'trust.verificationKeys')).map(([circuit, document]) => {
        const key = readVerificationKey(circuit, document);
        if (key.ic.length - 1 !== publicSignalsOf(circuit))
          throw new VerifyError('trust', `trust.verificationKeys.${circuit} is of another number of public signals`);
        return [circuit, { key, hash: bytesToHex(verificationKeyHash(key)) }];
      }),
    ),
  };
}

/** Each name and each key once: whoever counts log witnesses counts keys. */
function readWitnesses(value: unknown): TrustedWitness[] {
  if (!Array.isArray(value)) throw new VerifyError('trust', 'trust.witnesses is not a list');
  const witnesses = value.map((item, i) => {
    const what = `trust.witnesses[${i}]`;
    const object = asObject(item, what);
    onlyMembers(object, ['name', 'verifierKey'], what);
    const verifierKey = stringMember(object, 'verifierKey', what);
    try {
      parseWitnessKey(verifierKey);
    } catch (cause) {
      if (!(cause instanceof TlogError)) throw cause;
      throw new VerifyError('trust', `${what}.verifierKey: ${cause.message}`, { cause });
    }
    return { name: stringMember(object, 'name', what, /^[\x21-\x7e]{1,80}$/), verifierKey };
  });
  const materials = witnesses.map(({ verifierKey }) => verifierKey.split('+').slice(2).join('+'));
  for (const once of [witnesses.map(({ name }) => name), materials])
    if (new Set(once).size < witnesses.length)
      throw new VerifyError('trust', 'trust.witnesses has a name or a key twice');
  return witnesses;
}

function readVerificationKey(circuit: string, document: unknown): VerificationKey {
  try {
    return parseVerificationKey(document);
  } catch (cause) {
    if (!(cause instanceof Groth16Error)) throw cause;
    throw new VerifyError('trust', `trust.verificationKeys.${circuit}: ${cause.message}`, { cause });
  }
}

function publicSignalsOf(circuit: string): number | undefined {
  if (REASONS_CIRCUITS.includes(circuit)) return REASONS_SIGNALS.length;
  const kind = STATEMENT_KINDS.find((statement) => CIRCUITS[statement].includes(circuit));
  return kind && signalNames(kind).length;
}

function readAuthorities(object: JsonObject): Trust['authorities'] {
  const kinds = REGISTRATION_KINDS.filter((kind) => kind !== 'model');
  onlyMembers(object, kinds, 'trust.authorities');
  return Object.fromEntries(
    kinds.map((kind) => [kind, readKeys(object[kind], `trust.authorities.${kind}`)]),
  ) as unknown as Trust['authorities'];
}

function readKeys(value: unknown, what: string): Uint8Array[] {
  if (!Array.isArray(value) || value.length === 0) throw new VerifyError('trust', `${what} names no key`);
  return value.map((text, i) => {
    const key = decodeBase64(typeof text === 'string' ? text : '', `${what}[${i}]`);
    if (key.length !== 32) throw new VerifyError('trust', `${what}[${i}] is not 32 bytes`);
    return key;
  });
}
