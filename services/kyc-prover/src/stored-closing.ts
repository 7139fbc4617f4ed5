import { scalar } from '@assay/field';
import type { StoredClosing } from './application-store.ts';

interface Json {
  kind: StoredClosing['kind'];
  outcome: StoredClosing['outcome'];
  eligible: boolean;
  tally?: { groups: number[]; approved: boolean; blinding: string };
  tallySalt: string;
  reasons: number[];
}

/** The bytes of a closing as they are sealed into its cell. */
export function encodeClosing({ kind, outcome, eligible, tally, tallySalt, reasons }: StoredClosing): Uint8Array {
  const json: Json = {
    kind,
    outcome,
    eligible,
    ...(tally && { tally: { groups: [...tally.groups], approved: tally.approved, blinding: String(tally.blinding) } }),
    tallySalt: Buffer.from(tallySalt).toString('base64'),
    reasons: [...reasons],
  };
  return new TextEncoder().encode(JSON.stringify(json));
}

/** Reads them back. They come out of an authenticated cell, so they are what was written. */
export function decodeClosing(bytes: Uint8Array): StoredClosing {
  const { tally, tallySalt, ...rest } = JSON.parse(new TextDecoder().decode(bytes)) as Json;
  return {
    ...rest,
    tally: tally && { ...tally, blinding: scalar(BigInt(tally.blinding)) },
    tallySalt: Uint8Array.from(Buffer.from(tallySalt, 'base64')),
  };
}
