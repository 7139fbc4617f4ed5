import { proofSubject, type TraceContext } from '@assay/bus';
import type { NewMessage } from '@assay/outbox';
import type { StatementKind } from '@assay/statements';
import type { Envelope } from '@assay/verify';

/**
 * The message that carries an envelope to the verifier (docs/spec/archive.md, section 1). Its id is the envelope's digest,
 * so the bus drops repetitions. `table` is a fairness statement's ciphertext.
 */
export function proofMessage(
  source: { readonly service: string; readonly bank: string },
  kind: StatementKind | 'withdrawal',
  { envelope, table, trace }: { envelope: Envelope; table?: Uint8Array; trace?: TraceContext | undefined },
): NewMessage {
  const { service, bank } = source;
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  const data = { envelope: base64(envelope.bytes), ...(table && { table: base64(table) }) };
  return {
    id: envelope.digest,
    subject: proofSubject(bank, kind),
    source: `urn:assay:${service}:${bank}`,
    type: kind === 'withdrawal' ? 'urn:assay:withdrawal:v1' : 'urn:assay:proof:v1',
    contentType: 'application/json',
    about: envelope.digest,
    data: new TextEncoder().encode(JSON.stringify(data)),
    ...(trace && { traceContext: trace }),
  };
}
