import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildTrustTrees, type TrustLists, type TrustTrees } from '@assay/statements';

/**
 * Publishes the authorities' lists as files: `issuers.json`, `revocation.json`, `screening.json`, each replaced at once.
 * Whoever reads them believes them only where their trees have the registered roots.
 */
export function publishSets(dir: string, lists: TrustLists): TrustTrees {
  const trees = buildTrustTrees(lists);
  mkdirSync(dir, { recursive: true });
  const issuers = lists.issuers.map(({ publicKey, schemaId, allowedMask, ...rest }) => ({
    publicKey: [String(publicKey.x), String(publicKey.y)],
    schemaId: String(schemaId),
    allowedMask: Number(allowedMask),
    ...rest,
  }));
  replace(join(dir, 'issuers.json'), issuers);
  replace(join(dir, 'revocation.json'), lists.revokedCredentials.map(String));
  replace(join(dir, 'screening.json'), lists.screenedDocuments.map(String));
  return trees;
}

function replace(path: string, list: readonly unknown[]): void {
  writeFileSync(`${path}.new`, `${JSON.stringify(list, undefined, 2)}\n`);
  renameSync(`${path}.new`, path);
}
