import type { CollectedSpan, TraceCollector } from '@assay/testkit';

/** What has to be seen of every application between the bank's call and the archived receipt. */
export const STAGES = ['seal', 'queue', 'witness', 'prove', 'publish', 'verify', 'archive'] as const;

const WIDTH = 48;
const NAME_WIDTH = 46;

/** Whether a trace has every stage, one first span, and from every span an unbroken chain of parents to it. */
export function isConnected(collector: TraceCollector, traceId: string): boolean {
  const names = collector.spans(traceId).map(({ name }) => name);
  if (!STAGES.every((stage) => names.some((name) => name === stage || name.startsWith(`${stage} `)))) return false;
  try {
    collector.assertConnected(traceId);
    return true;
  } catch {
    return false;
  }
}

/** Waits until the spans of all traces have come, for as long as new ones may; gives the number of connected ones. */
export async function countConnected(
  collector: TraceCollector,
  traceIds: readonly string[],
  timeoutMs: number,
): Promise<number> {
  const connected = (): number => traceIds.filter((traceId) => isConnected(collector, traceId)).length;
  try {
    await collector.waitFor(() => connected() === traceIds.length, timeoutMs);
  } catch {
    // Not all came in time: the number says it.
  }
  return connected();
}

/** A trace as a waterfall: one line a span, below its parent, with its time in milliseconds and a bar. */
export function waterfall(spans: readonly CollectedSpan[]): string[] {
  const milliseconds = (time: bigint): number => Number(time / 1000n) / 1000;
  const start = Math.min(...spans.map((span) => milliseconds(span.start)));
  const total = Math.max(1, ...spans.map((span) => milliseconds(span.end) - start));
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const children = (parent: string | undefined): CollectedSpan[] =>
    spans
      .filter(({ parentSpanId }) =>
        parent === undefined ? parentSpanId === undefined || !ids.has(parentSpanId) : parentSpanId === parent,
      )
      .toSorted((a, b) => (a.start < b.start ? -1 : 1));
  const draw = (span: CollectedSpan, depth: number): string[] => {
    const took = milliseconds(span.end) - milliseconds(span.start);
    const from = Math.floor(((milliseconds(span.start) - start) / total) * WIDTH);
    const length = Math.max(1, Math.round((took / total) * WIDTH));
    const bar = `${' '.repeat(Math.min(from, WIDTH - 1))}${'#'.repeat(length)}`.slice(0, WIDTH).padEnd(WIDTH);
    const label = `${' '.repeat(depth)}${span.service} ${shortName(span.name)}`.slice(0, NAME_WIDTH).padEnd(NAME_WIDTH);
    return [
      `${label}|${bar}|${took.toFixed(0).padStart(7)}`,
      ...children(span.spanId).flatMap((child) => draw(child, depth + 1)),
    ];
  };
  return [
    `${''.padEnd(NAME_WIDTH)} ${''.padEnd(WIDTH)}      ms`,
    ...children(undefined).flatMap((root) => draw(root, 0)),
  ];
}

/** `SubmitApplication` of `assay.gateway.v1.GatewayService/SubmitApplication`. */
function shortName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
