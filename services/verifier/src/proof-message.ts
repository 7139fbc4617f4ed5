import { bankOf, type Envelope, parseEnvelope, VerifyError } from '@assay/verify';

/** What a message of the PROOFS stream carries. */
export interface ProofMessage {
  readonly envelope: Envelope;
  readonly table?: Uint8Array;
}

/** Why a message cannot be used, as its dead letter says it. */
export type ProofMessageFault = 'MESSAGE_MALFORMED' | 'ENVELOPE_MALFORMED' | 'WRONG_BANK';

/**
 * Reads the data of a proof message (docs/spec/archive.md, section 1). A bank's stream carries that bank's envelopes alone:
 * the signature is checked later, against that bank's keys.
 */
export function readProofMessage(data: Uint8Array, bank: string): ProofMessage | ProofMessageFault {
  const parts = parse(data);
  if (parts === undefined) return 'MESSAGE_MALFORMED';
  const envelope = tryParse(parts.envelope);
  if (envelope === undefined) return 'ENVELOPE_MALFORMED';
  if (bankOf(envelope) !== bank) return 'WRONG_BANK';
  return { envelope, ...(parts.table && { table: parts.table }) };
}

function parse(data: Uint8Array): { readonly envelope: Uint8Array; readonly table?: Uint8Array } | undefined {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
  } catch {
    return undefined; // The dead letter's reason says so.
  }
  if (typeof json !== 'object' || json === null) return undefined;
  const { envelope, table, ...others } = json as Record<string, unknown>;
  if (Object.keys(others).length > 0) return undefined;
  const bytes = decode(envelope);
  const tableBytes = table === undefined ? undefined : decode(table);
  if (bytes === undefined || (table !== undefined && tableBytes === undefined)) return undefined;
  return { envelope: bytes, ...(tableBytes && { table: tableBytes }) };
}

function decode(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'string') return undefined;
  const bytes = Buffer.from(value, 'base64');
  return bytes.toString('base64') === value ? new Uint8Array(bytes) : undefined;
}

function tryParse(bytes: Uint8Array): Envelope | undefined {
  try {
    return parseEnvelope(bytes);
  } catch (error) {
    if (error instanceof VerifyError) return undefined;
    throw error;
  }
}
