import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, watch } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ArchiveReport } from '@assay/cli';
import { openHead, type Trust } from '@assay/verify';

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

/** How long log witnesses may take to cosign the last checkpoint. */
const COSIGNED_MS = 10_000;

/** Waits until a trusted log witness has cosigned the checkpoint, which happens beside the archiving; gives up in silence: the check that follows says who did. */
export async function untilCosigned(archiveDir: string, trust: Trust): Promise<void> {
  const { promise, resolve: done } = Promise.withResolvers<void>();
  const look = (): void => {
    if (openHead(readFileSync(join(archiveDir, 'checkpoint')), trust).cosigners.length > 0) done();
  };
  const watcher = watch(archiveDir, look);
  const timer = setTimeout(done, COSIGNED_MS);
  look();
  await promise;
  clearTimeout(timer);
  watcher.close();
}
