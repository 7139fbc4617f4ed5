import { formatVerificationKey } from '@assay/groth16/verifier';
import { loadManifest, loadVerificationKeys, type Manifest } from '@assay/keys';
import { encodeVerifierKey, encodeWitnessKey } from '@assay/tlog';
import { DEMO_ORIGIN, parseTrust, REGISTRATION_KINDS, type RegistrationKind, type Trust } from '@assay/verify';

/** Who is believed: raw Ed25519 public keys. */
export interface TrustedKeys {
  readonly bank: string;
  readonly log: Uint8Array;
  readonly regulator: Uint8Array;
  readonly issuersAuthority: Uint8Array;
  readonly validator: Uint8Array;
  /** The log witness, under the name of its key. */
  readonly witness: { readonly name: string; readonly publicKey: Uint8Array };
}

/** Kinds that the issuers' authority registers; the others are the regulator's, but for models (docs/spec/archive.md, 3). */
const ISSUERS_KINDS: ReadonlySet<RegistrationKind> = new Set(['issuer-root', 'revocation-root']);

/** The log's origin: with development keys, whose secrets are public, it says so wherever it is shown. */
export function logOrigin({ class: keyClass }: Manifest, bank: string): string {
  return keyClass === 'development' ? `${DEMO_ORIGIN}assay.demo/${bank}` : `assay.example/${bank}`;
}

/**
 * The text of a trust configuration over the pinned verification keys.
 *
 * @throws KeysError `ARTIFACT_MISSING`, `ARTIFACT_MISMATCH` where the keys are not set up
 */
export async function trustDocument(keys: TrustedKeys): Promise<string> {
  const manifest = await loadManifest();
  const origin = logOrigin(manifest, keys.bank);
  const base64 = (key: Uint8Array): string[] => [Buffer.from(key).toString('base64')];
  const authorities = REGISTRATION_KINDS.filter((kind) => kind !== 'model').map((kind) => [
    kind,
    base64(ISSUERS_KINDS.has(kind) ? keys.issuersAuthority : keys.regulator),
  ]);
  const pinned = Object.entries(await loadVerificationKeys({ manifest }));
  return `${JSON.stringify(
    {
      format: 'assay-trust-v1',
      keyClass: manifest.class,
      log: { origin, verifierKey: encodeVerifierKey({ name: origin, publicKey: keys.log }) },
      witnesses: [{ name: keys.witness.name, verifierKey: encodeWitnessKey(keys.witness) }],
      authorities: Object.fromEntries(authorities),
      validators: { [keys.bank]: base64(keys.validator) },
      verificationKeys: Object.fromEntries(
        pinned.map(([circuit, { verificationKey }]) => [circuit, formatVerificationKey(verificationKey)]),
      ),
    },
    undefined,
    2,
  )}\n`;
}

/** Reads such a text. @throws VerifyError */
export function readTrustDocument(text: string): Trust {
  return parseTrust(new TextEncoder().encode(text));
}
