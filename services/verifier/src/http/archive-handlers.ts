import { ArchiveError } from '@assay/archive';
import { content, type Handler, invalid, json } from '@assay/http';
import { parseVerifierKey } from '@assay/tlog';
import { bankOfScope } from '@assay/verify';
import type { Archivist } from '../archivist.ts';
import { present, timeJson } from './statement-json.ts';

/** The state of the archive, what this verifier believes, and proofs that the log only grew. */
export function archiveHandlers(archivist: Archivist, trustFile: Uint8Array) {
  return {
    getArchive: () => json(archiveJson(archivist)),
    getTrust: () => content(trustFile, { type: 'application/json', caching: 'private' }),
    getConsistencyProof: async (input) => {
      const from = input.integer('from');
      const to = input.optionalInteger('to') ?? archivist.archive.size;
      try {
        const hashes = await archivist.archive.consistencyProof(from, to);
        return json({ from, to, hashes: hashes.map((hash) => Buffer.from(hash).toString('base64')) });
      } catch (cause) {
        if (!(cause instanceof ArchiveError) || cause.code !== 'out-of-range') throw cause;
        throw invalid(
          to > archivist.archive.size ? 'query.to' : 'query.from',
          'must lie within the log, from at most to',
        );
      }
    },
  } satisfies Readonly<Record<string, Handler>>;
}

function archiveJson({ archive, ledger, work, index, trust, retention }: Archivist) {
  const { origin, size, root, note, verified, unverified } = archive.checkpoint();
  const logKeyId = parseVerifierKey(trust.log.verifierKey).keyId;
  const scopes = ledger.registry.scopes().map(({ scope }) => scope);
  return {
    origin,
    verifierKey: trust.log.verifierKey,
    keyClass: trust.keyClass,
    treeSize: size,
    rootHash: Buffer.from(root).toString('base64'),
    checkpoint: Buffer.from(note).toString(),
    ...present('latestEntryAt', size === 0 ? undefined : timeJson(ledger.latest)),
    signatures: [...verified, ...unverified].map(({ name, keyId }) => ({
      name,
      keyId: keyId.toString(16).padStart(8, '0'),
      byLog: name === origin && keyId === logKeyId,
    })),
    registryHead: ledger.registry.head,
    pending: work.list().length,
    pruned: archive.pruned.size,
    index: { size: index.size, current: index.size === size },
    scopes,
    banks: [...new Set(scopes.map(bankOfScope))],
    retention: Object.entries(retention).map(([kind, { name, days }]) => ({ kind, class: name, days })),
  };
}
