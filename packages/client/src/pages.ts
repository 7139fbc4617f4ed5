/** A page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** All items of a list, page by page, fetched as they are read. */
export async function* pages<T>(fetch: (pageToken: string) => Promise<Page<T>>): AsyncGenerator<T> {
  let pageToken = '';
  do {
    const { items, nextPageToken } = await fetch(pageToken);
    yield* items;
    pageToken = nextPageToken;
  } while (pageToken !== '');
}
