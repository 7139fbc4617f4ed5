import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { integerToBytes } from '@assay/field';

/** A secret to look for, in every form in which it could have leaked. */
export interface Canary {
  readonly name: string;
  /** Texts, of which those of digits alone count only where no further digit touches them. */
  readonly texts: readonly string[];
  readonly bytes: readonly Uint8Array[];
}

/** A secret text, such as an attribute's raw value. */
export function textCanary(name: string, text: string): Canary {
  return { name, texts: [text], bytes: [] };
}

/** A secret integer: decimal, hexadecimal and, where it is long enough not to turn up by chance, 32 bytes of either order. */
export function integerCanary(name: string, value: bigint): Canary {
  const magnitude = value < 0n ? -value : value;
  const big = magnitude >> 64n !== 0n;
  const bytes = integerToBytes(magnitude, 32);
  return {
    name,
    texts: [String(magnitude), ...(big ? [magnitude.toString(16)] : [])],
    bytes: big ? [bytes, bytes.toReversed()] : [],
  };
}

/** Secret bytes: as they are and in hexadecimal (base64 is undone by the search). */
export function bytesCanary(name: string, bytes: Uint8Array): Canary {
  return { name, texts: [Buffer.from(bytes).toString('hex')], bytes: [bytes] };
}

const BASE64 = /[A-Za-z0-9+/_-]{40,}/g;
const DEPTH = 4;

/** Names of the canaries that occur in `content`, also within base64 within it, four layers deep. */
export function canariesIn(content: Buffer, canaries: readonly Canary[], depth = DEPTH): string[] {
  const text = content.toString('latin1');
  const found = canaries.filter(
    ({ texts, bytes }) =>
      texts.some((one) => occurs(text, one)) || bytes.some((one) => content.includes(Buffer.from(one))),
  );
  const inner =
    depth === 0
      ? []
      : (text.match(BASE64) ?? []).flatMap((run) => canariesIn(Buffer.from(run, 'base64'), canaries, depth - 1));
  return [...new Set([...found.map(({ name }) => name), ...inner])];
}

function occurs(text: string, wanted: string): boolean {
  const digits = /^\d+$/.test(wanted);
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    const touches = /\d/.test(`${text[at - 1] ?? ''}${text[at + wanted.length] ?? ''}`);
    if (!digits || !touches) return true;
  }
  return false;
}

/** Every plain file below a folder, but for the given folders. */
export function filesBelow(dir: string, without: readonly string[] = []): string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    if (without.includes(path)) return [];
    const stat = statSync(path);
    return stat.isDirectory() ? filesBelow(path, without) : stat.isFile() ? [path] : [];
  });
}

/** `file: canary` for each canary in each file. */
export function canariesInFiles(paths: readonly string[], canaries: readonly Canary[]): string[] {
  return paths.flatMap((path) => canariesIn(readFileSync(path), canaries).map((name) => `${path}: ${name}`));
}
