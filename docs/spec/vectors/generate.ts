// Test vectors of docs/spec, computed by this implementation from fixed inputs. test/spec/vectors.test.ts holds the committed
// files against them.
//
//   node docs/spec/vectors/generate.ts     writes them; format afterwards (make format)
import { writeFile } from 'node:fs/promises';
import { applicantVectors } from './sources/applicant.ts';
import { archiveVectors } from './sources/archive.ts';
import { credentialVectors } from './sources/credentials.ts';
import { documentVectors } from './sources/documents.ts';
import type { Vector } from './sources/encode.ts';
import { evidenceVectors } from './sources/evidence.ts';
import { hashVectors } from './sources/hashes.ts';
import { noticeVectors } from './sources/notice.ts';
import { statementVectors } from './sources/statements.ts';
import { tallyVectors } from './sources/tallies.ts';

/** Contents by file name. `groth16.json` is not among them: its proof cannot be made twice. */
export async function vectorFiles(): Promise<Readonly<Record<string, Vector>>> {
  return {
    'hashes.json': hashVectors(),
    'applicant.json': applicantVectors(),
    'credentials.json': credentialVectors(),
    'documents.json': documentVectors(),
    'tallies.json': tallyVectors(),
    'statements.json': statementVectors(),
    'archive.json': await archiveVectors(),
    'notice.json': await noticeVectors(),
    'evidence.json': await evidenceVectors(),
  };
}

if (import.meta.main) {
  for (const [name, content] of Object.entries(await vectorFiles()))
    await writeFile(new URL(name, import.meta.url), `${JSON.stringify(content, undefined, 2)}\n`);
}
