import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buf, PROTO_DIRECTORY } from './buf.ts';

/**
 * Compares the `.proto` files as they lie in a folder with those of a commit; a change that would break a caller or a
 * stored message fails. Returns false when that commit holds none, so that there is nothing to break.
 *
 * @param ref what git resolves to a commit, such as `main`
 * @param directory the folder, within a git work tree
 * @throws BufError naming each breaking change; git's own Error when there is no such commit
 */
export function checkBreaking(ref: string, directory: string = PROTO_DIRECTORY): boolean {
  const git = (...args: string[]): Buffer =>
    execFileSync('git', args, { cwd: directory, maxBuffer: 1 << 28, stdio: 'pipe' });
  const commit = git('rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`).toString().trim();
  if (git('ls-tree', commit, './').length === 0) return false;
  const temporary = mkdtempSync(join(tmpdir(), 'assay-breaking-'));
  try {
    const archive = join(temporary, 'proto.tar');
    writeFileSync(archive, git('archive', '--format=tar', commit));
    buf('breaking', directory, '--against', archive);
    return true;
  } finally {
    rmSync(temporary, { recursive: true });
  }
}
