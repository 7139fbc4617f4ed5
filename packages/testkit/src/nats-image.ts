import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { findNatsServer } from '@assay/launch';
import type { ContainerRuntimeClient } from 'testcontainers';

type Engine = ContainerRuntimeClient['container']['dockerode'];

const REPOSITORY = 'assay-test-nats';

/**
 * Makes an image of this machine's nats-server and the libraries it is linked against, if the engine has none of the
 * same binary yet; gives its name. The image has no shell and no other file.
 */
export async function ensureNatsImage(engine: Engine): Promise<string> {
  const binary = findNatsServer();
  const tag = createHash('sha256').update(readFileSync(binary)).digest('hex').slice(0, 16);
  const name = `${REPOSITORY}:${tag}`;
  const known = await engine.listImages({ filters: { reference: [name] } });
  if (known.length === 0) await importImage(engine, binary, tag);
  return name;
}

async function importImage(engine: Engine, binary: string, tag: string): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'assay-image-'));
  try {
    copyFileSync(binary, join(root, 'nats-server'));
    mkdirSync(join(root, 'tmp'));
    for (const library of librariesOf(binary)) {
      mkdirSync(join(root, dirname(library)), { recursive: true });
      copyFileSync(library, join(root, library));
    }
    const tar = spawn('tar', ['-C', root, '-c', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
    await finished(await engine.importImage(tar.stdout, { repo: REPOSITORY, tag }));
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** The shared libraries and the loader of a dynamically linked binary; none for a static one, which ldd refuses. */
function librariesOf(binary: string): string[] {
  try {
    const listing = execFileSync('ldd', [binary], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return [...listing.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path ?? '');
  } catch {
    return [];
  }
}

async function finished(answer: NodeJS.ReadableStream): Promise<void> {
  for await (const chunk of answer as Readable) {
    const text = String(chunk);
    if (text.includes('"error"')) throw new Error(`the engine did not take the image: ${text}`);
  }
}
