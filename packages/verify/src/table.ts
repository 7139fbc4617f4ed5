import { type Fr, fr, isFr } from '@assay/field';
import { TABLE_WORDS, type TableCiphertext, tableCiphertextHash } from '@assay/statements';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { VerifyError } from './error.ts';
import { onlyMembers, parseCanonicalObject } from './json.ts';

/** The document that carries a fairness statement's encrypted table. */
export function formatTable(table: TableCiphertext): Uint8Array {
  return utf8ToBytes(JSON.stringify({ E: [String(table.e.x), String(table.e.y)], ct: table.words.map(String) }));
}

/** Reads the document, or `undefined` when it is not one. */
export function parseTable(bytes: Uint8Array): TableCiphertext | undefined {
  try {
    const object = parseCanonicalObject(bytes, 'table');
    onlyMembers(object, ['E', 'ct'], 'table');
    const [x, y] = elements(object.E, 2);
    return { e: { x: x!, y: y! }, words: elements(object.ct, TABLE_WORDS) };
  } catch (error) {
    if (error instanceof VerifyError) return undefined;
    throw error;
  }
}

/** Whether the document is the ciphertext that a fairness statement's last public signal names. */
export function matchesTable(hash: bigint, document: Uint8Array): boolean {
  const ciphertext = parseTable(document);
  return ciphertext !== undefined && tableCiphertextHash(ciphertext) === hash;
}

function elements(value: unknown, length: number): Fr[] {
  if (!Array.isArray(value) || value.length !== length)
    throw new VerifyError('malformed', `table: a list of ${length} elements is needed`);
  return value.map((text) => {
    const element = typeof text === 'string' && /^(0|[1-9][0-9]{0,76})$/.test(text) ? BigInt(text) : -1n;
    if (!isFr(element)) throw new VerifyError('malformed', 'table: not a field element');
    return fr(element);
  });
}
