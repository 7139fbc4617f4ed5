import { createHash } from 'node:crypto';
import type { Position } from './event-store.ts';

const FORM = /^1\.(0|[1-9][0-9]{0,15})\.(0|[1-9][0-9]{0,8})\.([0-9a-f]{16})$/;

/** The opaque token of a place in a bank's feed. */
export function resumeToken(bank: string, { seq, sub }: Position): string {
  return Buffer.from(`1.${seq}.${sub}.${check(bank, seq, sub)}`).toString('base64url');
}

/** The place that a token names; `undefined` for what is no token of this bank's feed. */
export function readResumeToken(bank: string, token: string): Position | undefined {
  const match = FORM.exec(Buffer.from(token, 'base64url').toString('latin1'));
  if (match === null) return undefined;
  const position = { seq: Number(match[1]), sub: Number(match[2]) };
  // No secret: a token gives access to nothing. It keeps tokens of other banks and torn ones from being taken for ours.
  return resumeToken(bank, position) === token ? position : undefined;
}

function check(bank: string, seq: number, sub: number): string {
  return createHash('sha256').update(`assay.v1.resume/${bank}/${seq}/${sub}`).digest('hex').slice(0, 16);
}
