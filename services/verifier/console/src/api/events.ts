import { token } from '../session.ts';
import { getJson } from './request.ts';
import type { Archive } from './types.ts';

/** What became of an envelope, as the bus announced it. */
export interface ArchiveEvent {
  readonly result: 'accepted' | 'rejected' | 'pending';
  readonly digest: string;
  readonly index?: number;
  readonly statement?: string;
  readonly kind?: string;
  readonly bank?: string;
  readonly scope?: string;
  readonly code?: string;
  readonly receivedAt: string;
}

/** How the stream stands. */
export type FeedState = 'connecting' | 'live' | 'waiting';

const RETRY_MS = 3000;

/**
 * Follows the archive's events until `signal` ends it, from the entry after the newest; where the stream breaks, it goes on behind the last
 * one that was seen. `EventSource` cannot send a token, so the stream is read by hand.
 */
export async function followEvents(
  signal: AbortSignal,
  onEvent: (event: ArchiveEvent) => void,
  onState: (state: FeedState) => void,
): Promise<void> {
  let lastId: string | undefined;
  while (!signal.aborted) {
    onState('connecting');
    try {
      lastId ??= String((await getJson<Archive>('/v1/archive', {}, signal)).treeSize - 1);
      const resume = lastId === '-1' ? '?after=-1' : '';
      const headers = {
        accept: 'text/event-stream',
        authorization: `Bearer ${token() ?? ''}`,
        ...(resume === '' && { 'last-event-id': lastId }),
      };
      const response = await fetch(`/v1/events${resume}`, { headers, credentials: 'omit', signal });
      if (response.status === 401) return;
      if (response.ok && response.body !== null) {
        onState('live');
        for await (const { id, data } of readEvents(response.body)) {
          lastId = id ?? lastId;
          onEvent(JSON.parse(data) as ArchiveEvent);
        }
      }
    } catch {
      // A broken stream is taken up again below, behind the last event that came.
    }
    if (signal.aborted) return;
    onState('waiting');
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** The events of a stream as the HTML standard frames them; comments and unknown fields are passed over. */
export async function* readEvents(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ readonly id: string | undefined; readonly data: string }> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).replaceAll('\r\n', '\n').split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = block.split('\n').map((line) => /^(id|data): ?(.*)$/.exec(line));
      const values = (name: string): string[] => fields.flatMap((field) => (field?.[1] === name ? [field[2]!] : []));
      const data = values('data');
      if (data.length > 0) yield { id: values('id').at(-1), data: data.join('\n') };
    }
  }
}
