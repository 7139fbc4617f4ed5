import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ArchiveReport } from '@assay/cli';

const ROOT = resolve(import.meta.dirname, '../..');

/** Checks an archive as anybody can: a process of its own that has the files and the trust file, and nothing else. @throws Error with what it found */
export async function verifyOffline(archiveDir: string, trustFile: string): Promise<ArchiveReport> {
  const entry = resolve(ROOT, 'packages/cli/src/main.ts');
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', entry, 'verify-archive', archiveDir, '--trust', trustFile, '--json'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const [out, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  if (code !== 0) throw new Error(`verify-archive found: ${errors.trim()}`);
  return JSON.parse(out) as ArchiveReport;
}
