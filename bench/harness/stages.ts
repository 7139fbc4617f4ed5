import type { CollectedSpan } from '@assay/testkit';
import { median } from './median.ts';

/** Wall time of one kind of work in an application, milliseconds. */
export interface StageFigures {
  /** The service and the span's name, such as `kyc-prover prove`. */
  readonly stage: string;
  /** Spans of it in one application, on average. */
  readonly count: number;
  /** All of them together in one application: the median over the applications. */
  readonly medianMs: number;
}

/**
 * Wall time by service and span name over several traces, the longest first. Spans lie within others and beside one another: the stages of
 * an application add up to more than its latency.
 */
export function stagesOf(spans: readonly CollectedSpan[], traceIds: readonly string[]): StageFigures[] {
  const wanted = new Set(traceIds);
  const byStage = new Map<string, Map<string, number>>();
  const counts = new Map<string, number>();
  for (const { traceId, service, name, start, end } of spans) {
    if (!wanted.has(traceId)) continue;
    const stage = `${service} ${name.slice(name.lastIndexOf('/') + 1)}`;
    const byTrace = byStage.get(stage) ?? new Map<string, number>();
    byStage.set(stage, byTrace.set(traceId, (byTrace.get(traceId) ?? 0) + Number(end - start) / 1e6));
    counts.set(stage, (counts.get(stage) ?? 0) + 1);
  }
  return [...byStage]
    .map(([stage, byTrace]) => ({
      stage,
      count: counts.get(stage)! / wanted.size,
      medianMs: median(traceIds.map((traceId) => byTrace.get(traceId) ?? 0)),
    }))
    .toSorted((a, b) => b.medianMs - a.medianMs);
}
