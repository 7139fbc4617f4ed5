import { type SignatureCheck, signatureCheck } from '@assay/verify';
import { nativeEd25519, nativeEd25519Trial } from './native-ed25519.ts';

/** Checks envelopes' signatures with the native library: same answers as the portable check. */
export const isSignedBy: SignatureCheck = signatureCheck(nativeEd25519, nativeEd25519Trial);
