import { fieldViolation } from '@assay/rpc';

const DEFAULT_SIZE = 50;
const MAX_SIZE = 200;

/** Entries of a page: the requested number, bounded. */
export function pageSize(requested: number): number {
  return requested === 0 ? DEFAULT_SIZE : Math.min(requested, MAX_SIZE);
}

/** An opaque token for the position at which the next page starts. */
export function pageToken(position: number): string {
  return Buffer.from(`p${position}`).toString('base64url');
}

/** The position of a token; `start` for the empty one. @throws RpcError INVALID_ARGUMENT for what is no token */
export function readPageToken(token: string, start: number): number {
  if (token === '') return start;
  const position = positionOf(token);
  if (position === undefined) throw fieldViolation('page_token', 'must be a token of an earlier page');
  return position;
}

/** The position of a token; undefined for what is none. */
export function positionOf(token: string): number | undefined {
  const match = /^p([0-9]{1,15})$/.exec(Buffer.from(token, 'base64url').toString());
  return match === null ? undefined : Number(match[1]);
}
