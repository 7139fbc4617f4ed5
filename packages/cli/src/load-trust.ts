import { loadManifest } from '@assay/keys';
import { parseTrust, refuseDisguisedKeys, type Trust, VerifyError } from '@assay/verify';
import { CliError } from './cli-error.ts';
import { readInput } from './files.ts';

/** Reads a trust configuration. Development keys that it passes off as others are refused. @throws CliError `INPUT` */
export async function loadTrust(path: string): Promise<Trust> {
  const bytes = await readInput(path);
  const { class: keyClass, statements } = await loadManifest();
  const known = keyClass === 'development' ? Object.values(statements) : [];
  try {
    const trust = parseTrust(bytes);
    refuseDisguisedKeys(trust, new Set(known.map(({ verificationKey }) => verificationKey)));
    return trust;
  } catch (cause) {
    if (!(cause instanceof VerifyError)) throw cause;
    throw new CliError('INPUT', `${path}: ${cause.message}`, { cause });
  }
}
