import { parseTrust, type Trust } from '@assay/verify';
import { getBytes } from './request.ts';

/** What the browser's checks believe, and who gave it. */
export interface TrustDocument {
  readonly bytes: Uint8Array;
  readonly trust: Trust;
  /** `server`: from the verifier that is being checked. `file`: given by the examiner. */
  readonly source: 'server' | 'file';
  /** Name of the file. */
  readonly name?: string;
}

const KEY = 'assay.trust';
let fromServer: Promise<TrustDocument> | undefined;

/** The document that the examiner gave in this session, or else the server's. @throws ApiError, VerifyError */
export async function trustDocument(): Promise<TrustDocument> {
  const kept = sessionStorage.getItem(KEY);
  if (kept !== null) {
    const { name, text } = JSON.parse(kept) as { readonly name: string; readonly text: string };
    return read(new TextEncoder().encode(text), { source: 'file', name });
  }
  fromServer ??= getBytes('/v1/trust').then((bytes) => read(bytes, { source: 'server' }));
  // A failure is not kept: the next page asks again.
  return await fromServer.catch((error: unknown) => {
    fromServer = undefined;
    throw error;
  });
}

/** Takes a trust file that the examiner has, and keeps it until the tab is closed. @throws VerifyError naming what is wrong with it */
export async function useTrustFile(file: File): Promise<void> {
  const text = await file.text();
  parseTrust(new TextEncoder().encode(text));
  sessionStorage.setItem(KEY, JSON.stringify({ name: file.name, text }));
}

/** Goes back to the server's document. */
export function forgetTrustFile(): void {
  sessionStorage.removeItem(KEY);
}

function read(bytes: Uint8Array, from: Pick<TrustDocument, 'source' | 'name'>): TrustDocument {
  return { bytes, trust: parseTrust(bytes), ...from };
}
