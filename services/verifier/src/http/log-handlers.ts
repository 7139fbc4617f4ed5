import { content, type Handler, HttpProblem } from '@assay/http';
import { hexToBytes } from '@noble/hashes/utils.js';
import type { Archivist } from '../archivist.ts';
import { timeJson } from './statement-json.ts';

const BYTES = 'application/octet-stream';

/** The log as C2SP tlog-tiles has it, and its blobs: public, and all but the checkpoint never change. */
export function logHandlers({ archive }: Pick<Archivist, 'archive'>) {
  return {
    getCheckpoint: () => content(archive.checkpoint().note, { type: 'text/plain; charset=utf-8', caching: 'brief' }),
    getTile: async (input) => {
      const bytes = await archive.reader.tileFile(`tile/${input.text('path')}`);
      if (bytes === undefined) throw new HttpProblem('not-found', 'the log has no such tile');
      return content(bytes, { type: BYTES, caching: 'immutable' });
    },
    getBlob: async (input) => {
      const digest = input.text('digest');
      const bytes = await archive.blob(hexToBytes(digest));
      if (bytes === undefined) throw notKept(archive, digest);
      // Copies are not to outlive the shortest retention, which is a day.
      return content(bytes, { type: BYTES, caching: 'removable' });
    },
  } satisfies Readonly<Record<string, Handler>>;
}

/** Why a blob is not there: it was removed when its retention ended, or never was. */
export function notKept({ pruned }: Archivist['archive'], digest: string): HttpProblem {
  const removed = pruned.get(digest);
  if (removed === undefined) return new HttpProblem('not-found', 'no blob with this digest is kept');
  const [until, at] = [timeJson(removed.until), timeJson(removed.prunedAt)];
  return new HttpProblem('pruned', `its retention ended at ${until}, it was removed at ${at}`);
}
