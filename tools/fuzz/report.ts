import type { Finding, FuzzReport } from './fuzz.ts';

/** One line about a run of one target. */
export function summarize(
  name: string,
  { trials, reached, refusing, findings }: FuzzReport,
  constraints: number,
): string {
  const total = Object.values(trials).reduce((sum, count) => sum + count, 0);
  const share = ((100 * refusing) / constraints).toFixed(0);
  return `${name}: ${total} trials, ${reached} honest changes got through, ${share} % of the constraints refused one, ${findings.length} findings`;
}

/** What a finding says to whoever mends the circuit. Names of signals only: a witness is a secret elsewhere. */
export function describeFinding({
  circuit,
  mode,
  trial,
  mutated,
  changedPublic,
  followed,
  simplifiedOnly,
}: Finding): string {
  const other =
    changedPublic.length > 0 ? `other public signals: ${changedPublic.join(', ')}` : 'another private witness';
  const where = simplifiedOnly ? ', by the simplified constraints alone' : '';
  return `${circuit}, trial ${trial} (${mode})${where}: changed ${mutated.join(', ')}; accepted with ${other}; followed: ${followed.join(', ')}`;
}
