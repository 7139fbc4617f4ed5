import { type Body, type Handler, invalid, json } from '@assay/http';
import { type Envelope, MAX_ENVELOPE_BYTES, parseEnvelope, statementOf, VerifyError } from '@assay/verify';
import type { Archivist } from '../archivist.ts';
import { examine } from '../examine.ts';
import { findByDigest } from '../statement-index.ts';
import { envelopeJson } from './statement-detail.ts';
import { present } from './statement-json.ts';

/** Checks any envelope without filing it: given in base64 with its table, or as it is. */
export function verifyHandler(archivist: Archivist) {
  return {
    verifyEnvelope: (_input, body) => {
      const { envelope: bytes, table } = readBody(body!);
      const envelope = read(bytes);
      const { valid, checks, isPinned } = examine(archivist, envelope, table);
      return json({
        valid,
        digest: envelope.digest,
        ...present(
          'kind',
          statementOf(envelope) ?? (envelope.predicate.type === 'proof' ? undefined : envelope.predicate.type),
        ),
        ...present('keyClass', isPinned ? archivist.trust.keyClass : undefined),
        checks,
        envelope: envelopeJson(envelope),
        ...present('archived', findByDigest(archivist.index.db, envelope.digest)?.index),
      });
    },
  } satisfies Readonly<Record<string, Handler>>;
}

function readBody({ type, value, bytes }: Body): { readonly envelope: Uint8Array; readonly table?: Uint8Array } {
  if (type !== 'application/json') return { envelope: bytes };
  const { envelope, table } = value as { readonly envelope: string; readonly table?: string };
  return {
    envelope: decode(envelope, 'body.envelope'),
    ...(table !== undefined && { table: decode(table, 'body.table') }),
  };
}

function decode(text: string, field: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw invalid(field, 'must be base64 with padding');
  return new Uint8Array(bytes);
}

function read(bytes: Uint8Array): Envelope {
  try {
    return parseEnvelope(bytes);
  } catch (cause) {
    if (!(cause instanceof VerifyError)) throw cause;
    throw invalid('body.envelope', `must be an envelope of at most ${MAX_ENVELOPE_BYTES} bytes: ${cause.message}`);
  }
}
