import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { GatewayClient } from '@assay/client';
import { type NoticeReasons, parseNotice } from '@assay/verify';
import type { Settled } from './bank-backend.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** A proof where no native engine was built takes some seconds. */
const NOTICE_MS = 120_000;

/** What became of an applicant's notice. */
export interface CheckedNotice {
  /** The files that the applicant has: the bank's notice, and the own subject. */
  readonly file: string;
  readonly subjectFile: string;
  readonly reasons: NoticeReasons | undefined;
  /** What the check printed. */
  readonly lines: readonly string[];
}

/** The bank makes an applicant's notice, and the applicant checks it. @throws Error with what the check found */
export async function noticeFor(
  { applicant, application, subject }: Settled,
  gateway: GatewayClient,
  { dir, trustFile }: { readonly dir: string; readonly trustFile: string },
): Promise<CheckedNotice> {
  const bytes = await gateway.getDecisionNotice(application.applicationId, { deadlineMs: NOTICE_MS });
  const file = join(dir, `notice-${applicant.id}.json`);
  const subjectFile = join(dir, `subject-${applicant.id}.txt`);
  writeFileSync(file, bytes, { mode: 0o600 });
  writeFileSync(subjectFile, `${subject}\n`, { mode: 0o600 });
  const lines = await checkAlone(file, subjectFile, trustFile);
  return { file, subjectFile, reasons: parseNotice(bytes).reasons, lines };
}

/** As an applicant checks it: a process of its own that has the files, and nothing else. */
async function checkAlone(file: string, subjectFile: string, trustFile: string): Promise<string[]> {
  const entry = resolve(ROOT, 'packages/cli/src/main.ts');
  const args = ['check-notice', file, '--trust', trustFile, '--subject', subjectFile];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  if (code !== 0) throw new Error(`check-notice found: ${errors.trim()}`);
  return out.trim().split('\n');
}
