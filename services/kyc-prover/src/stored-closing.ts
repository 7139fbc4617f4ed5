import { fr, scalar } from '@assay/field';
import type { StoredClosing } from './application-store.ts';

interface Json {
  kind: StoredClosing['kind'];
  outcome: StoredClosing['outcome'];
  eligible: boolean;
  tally?: { groups: number[]; approved: boolean; blinding: string };
  tallySalt: string;
  reasons: number[];
  officer?: { id: string; salt: string };
}

/** The bytes of a closing as they are sealed into its cell. */
export function encodeClosing(closing: StoredClosing): Uint8Array {
  const { kind, outcome, eligible, tally, tallySalt, reasons, officer } = closing;
  const json: Json = {
    kind,
    outcome,
    eligible,
    ...(tally && { tally: { groups: [...tally.groups], approved: tally.approved, blinding: String(tally.blinding) } }),
    tallySalt: Buffer.from(tallySalt).toString('base64'),
    reasons: [...reasons],
    ...(officer && { officer: { id: String(officer.id), salt: String(officer.salt) } }),
  };
  return new TextEncoder().encode(JSON.stringify(json));
}

/** Reads them back. They come out of an authenticated cell, so they are what was written. */
export function decodeClosing(bytes: Uint8Array): StoredClosing {
  const { tally, tallySalt, officer, ...rest } = JSON.parse(new TextDecoder().decode(bytes)) as Json;
  return {
    ...rest,
    tally: tally && { ...tally, blinding: scalar(BigInt(tally.blinding)) },
    tallySalt: Uint8Array.from(Buffer.from(tallySalt, 'base64')),
    ...(officer && { officer: { id: fr(BigInt(officer.id)), salt: fr(BigInt(officer.salt)) } }),
  };
}
