import { gateway, statement } from '@assay/contracts';
import { type Call, FieldViolations, fieldViolation, RpcError } from '@assay/rpc';
import type { Changes } from './changes.ts';
import type { EventStore, Position } from './event-store.ts';
import { readResumeToken, resumeToken } from './resume-token.ts';

/** What subscriptions are served with. */
export interface EventFeedOptions {
  readonly events: EventStore;
  readonly changes: Changes;
  readonly bank: string;
  /** Milliseconds of silence after which a heartbeat is sent. Default 10,000. */
  readonly heartbeatMs?: number;
}

const PAGE = 256;
const { EARLIEST, LATEST } = gateway.SubscribeEventsRequest_Start;

/**
 * Serves `GatewayService.SubscribeEvents`: first a heartbeat, so that the caller can resume before anything happened, then
 * every event behind the position, in order, each once. A token names the last event that was sent or passed over.
 *
 * @throws RpcError `INVALID_ARGUMENT`, `OUT_OF_RANGE`; `UNAVAILABLE` when the gateway drains
 */
export async function* subscribeEvents(
  request: gateway.SubscribeEventsRequest,
  { signal, draining }: Pick<Call, 'signal' | 'draining'>,
  { events, changes, bank, heartbeatMs = 10_000 }: EventFeedOptions,
): AsyncGenerator<gateway.SubscribeEventsResponse> {
  const kinds = readKinds(request.kinds);
  let position = startOf(request.position, events, bank);
  const ended = AbortSignal.any([signal, draining]);
  yield { event: undefined, resumeToken: resumeToken(bank, position) };
  let spokenAt = performance.now();
  for (;;) {
    const more = changes.next('events', ended, heartbeatMs);
    const page = events.after(position, PAGE);
    for (const stored of page) {
      ({ position } = stored);
      if (!isWanted(stored.event, kinds)) continue;
      yield { event: stored.event, resumeToken: resumeToken(bank, position) };
      spokenAt = performance.now();
      ended.throwIfAborted();
    }
    if (page.length === PAGE) continue;
    await more;
    ended.throwIfAborted();
    if (performance.now() - spokenAt < heartbeatMs) continue;
    yield { event: undefined, resumeToken: resumeToken(bank, position) };
    spokenAt = performance.now();
  }
}

function readKinds(kinds: readonly statement.StatementKind[]): ReadonlySet<statement.StatementKind> {
  const violations = new FieldViolations();
  const { ELIGIBILITY, FAIRNESS } = statement.StatementKind;
  kinds.forEach((kind, i) => {
    violations.require(kind >= ELIGIBILITY && kind <= FAIRNESS, `kinds[${i}]`, 'must be a kind of statement');
  });
  violations.throwIfAny();
  return new Set(kinds);
}

function startOf(position: gateway.SubscribeEventsRequest['position'], events: EventStore, bank: string): Position {
  if (position?.$case === 'start') {
    if (position.value === EARLIEST) return { seq: 0, sub: 0 };
    if (position.value === LATEST) return events.last;
  }
  if (position?.$case !== 'resumeToken') throw fieldViolation('position', 'must be a resume_token or a start');
  const named = readResumeToken(bank, position.value);
  if (named === undefined) throw fieldViolation('resume_token', 'must be one that this feed gave');
  if (named.seq + 1 < events.read.first) {
    throw new RpcError('OUT_OF_RANGE', 'what follows this token is no longer kept', { reason: 'EVENTS_GONE' });
  }
  return named;
}

function isWanted({ body }: gateway.Event, kinds: ReadonlySet<statement.StatementKind>): boolean {
  if (kinds.size === 0 || body?.$case !== 'statement') return true;
  return kinds.has(body.value.statement?.kind ?? statement.StatementKind.UNSPECIFIED);
}
