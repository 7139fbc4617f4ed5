import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';
import { SchemaError } from './error.ts';
import type { SchemaDocument } from './schema.ts';

/**
 * Identity of a schema document: SHA-256 of its RFC 8785 canonical JSON, the first 31 bytes read big-endian (248 bits,
 * so that it is a field element without reduction). Any change of the document, labels included, is another schema.
 */
export function schemaId(document: SchemaDocument): bigint {
  const json = canonicalize(document);
  if (json === undefined) throw new SchemaError('document', 'schema', 'not a JSON value');
  let id = 0n;
  for (const byte of sha256(utf8ToBytes(json)).subarray(0, 31)) id = (id << 8n) | BigInt(byte);
  return id;
}
