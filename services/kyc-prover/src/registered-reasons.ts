import { fieldViolation } from '@assay/rpc';
import { type Schema, SchemaError } from '@assay/schema';
import { compileReasons, type ReasonsDocument, StatementError } from '@assay/statements';

const FIELD = 'header.model.reasons_document';
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The member `reasons` of a model's registration, as JSON, from the document that its bank uploaded; empty without one.
 *
 * @throws RpcError `INVALID_ARGUMENT` naming the document's field
 */
export function registeredReasons(document: Uint8Array, schema: Schema): string {
  if (document.length === 0) return '';
  const parsed = parse(document);
  try {
    const { baselineHash, schemaId } = compileReasons(parsed, schema);
    return JSON.stringify({ schemaId: String(schemaId), document: parsed, baselineHash: String(baselineHash) });
  } catch (error) {
    // Both name field and limit, never a value.
    if (error instanceof StatementError || error instanceof SchemaError) throw fieldViolation(FIELD, error.message);
    throw error;
  }
}

function parse(document: Uint8Array): ReasonsDocument {
  try {
    return JSON.parse(utf8.decode(document)) as ReasonsDocument;
  } catch {
    throw fieldViolation(FIELD, 'must be JSON'); // The parser's message would quote what it failed on.
  }
}
