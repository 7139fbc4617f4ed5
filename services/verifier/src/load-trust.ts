import { readFile } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { loadManifest } from '@assay/keys';
import { parseTrust, refuseDisguisedKeys, type Trust, VerifyError } from '@assay/verify';
import { VerifierError } from './verifier-error.ts';

/** Where the trust configuration is, and what it may say. */
export interface TrustSource {
  readonly dir: string;
  readonly trustFile: string;
  readonly allowDevelopmentKeys: boolean;
}

/**
 * Reads the trust configuration. Keys whose secrets are public are refused unless they are allowed, whatever class the file
 * gives them: a key is known by its hash.
 *
 * @throws VerifierError `TRUST`, `CONFIG`
 */
export async function loadTrust({ dir, trustFile, allowDevelopmentKeys }: TrustSource): Promise<Trust> {
  const way = relative(resolve(dir), resolve(trustFile));
  if (way !== '..' && !way.startsWith(`..${sep}`))
    throw new VerifierError('TRUST', 'the trust file lies in the directory of the archive: it must not');
  const bytes = await readFile(trustFile).catch((cause: unknown) => {
    throw new VerifierError('CONFIG', `${trustFile} cannot be read`, { cause });
  });
  const trust = readTrust(bytes, await developmentKeys());
  if (trust.keyClass === 'development' && !allowDevelopmentKeys)
    throw new VerifierError('TRUST', 'the trust file names development keys: anybody can forge proofs under them');
  return trust;
}

function readTrust(bytes: Uint8Array, development: ReadonlySet<string>): Trust {
  try {
    const trust = parseTrust(bytes);
    refuseDisguisedKeys(trust, development);
    return trust;
  } catch (cause) {
    if (!(cause instanceof VerifyError)) throw cause;
    throw new VerifierError('TRUST', cause.message, { cause });
  }
}

async function developmentKeys(): Promise<ReadonlySet<string>> {
  const { class: keyClass, statements } = await loadManifest();
  return new Set(keyClass === 'development' ? Object.values(statements).map((entry) => entry.verificationKey) : []);
}
