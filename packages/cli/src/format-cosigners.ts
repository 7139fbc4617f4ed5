import type { Cosigner } from '@assay/verify';

/** The line of a report that says which log witnesses cosigned the checkpoint, and when. */
export function formatCosigners(cosigners: readonly Cosigner[]): string {
  const each = cosigners.map(({ name, at }) => `${name} at ${new Date(at).toISOString()}`);
  return `cosigned    ${each.length > 0 ? `by ${each.join(', ')}` : 'by no log witness that the trust file names'}`;
}
