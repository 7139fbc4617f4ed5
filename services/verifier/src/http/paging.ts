import { type Input, invalid } from '@assay/http';
import { pageToken, positionOf } from '../page.ts';

/** Where a page starts: the position of the request's cursor, or `start`. @throws HttpProblem `invalid-request` */
export function cursorOf(input: Input, start: number): number {
  const cursor = input.optionalText('cursor');
  if (cursor === undefined) return start;
  const position = positionOf(cursor);
  if (position === undefined) throw invalid('query.cursor', 'must be nextCursor of an earlier page');
  return position;
}

/** One page of a list that is whole in memory, with the cursor of the next as a member to spread. */
export function pageOf<T>(all: readonly T[], input: Input): { readonly page: readonly T[]; readonly next: NextCursor } {
  const from = cursorOf(input, 0);
  const to = from + input.integer('limit');
  return { page: all.slice(from, to), next: nextCursor(to < all.length ? to : undefined) };
}

/** The member `nextCursor`; none on the last page. */
export type NextCursor = { readonly nextCursor?: string };

/** The member `nextCursor` of a page before which, or at which, the next one starts. */
export function nextCursor(position: number | undefined): NextCursor {
  return position === undefined ? {} : { nextCursor: pageToken(position) };
}
