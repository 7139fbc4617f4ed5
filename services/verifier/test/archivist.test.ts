import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { nativeNoteSigner } from '@assay/archive';
import {
  bodies,
  conformance,
  decision,
  intake,
  modelRegistration,
  NOON,
  registration,
  secrets,
  trust,
} from '../../../packages/verify/test/world.ts';
import { Archivist } from '../src/archivist.ts';

const dir = mkdtempSync(join(tmpdir(), 'assay-archivist-'));
after(() => rmSync(dir, { recursive: true }));

test('what waits for something that is filed together with it is archived, and said to be', async () => {
  const signer = nativeNoteSigner(trust.log.origin, secrets.log);
  const archivist = await Archivist.open({ dir, trust, signer, clock: () => NOON });
  for (const [kind, body] of Object.entries(bodies)) await archivist.file(await registration(kind, body));
  const shown = await conformance();
  await archivist.file(shown);
  await archivist.file(await modelRegistration(shown));
  const told: string[] = [];
  archivist.listen((waits) => told.push(waits === undefined ? 'archived' : waits.waiting.digest));

  const [decided, admitted] = [await decision(1), await intake(1)];
  const filings = await Promise.all([archivist.file(decided), archivist.file(admitted)]);
  assert.deepEqual(
    filings.map((filing) => filing.result === 'archived' && [filing.fresh, filing.entry.kind, filing.entry.digest]),
    [
      [true, 'accepted', decided.digest],
      [true, 'accepted', admitted.digest],
    ],
  );
  assert.deepEqual(told, [decided.digest, 'archived']);
  assert.equal(archivist.work.get(decided.digest), undefined);
  await archivist.close();
});
