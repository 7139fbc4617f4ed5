/** How a badge is meant; its word and its mark say so too, for whoever does not see the colour. */
export type Tone = 'good' | 'bad' | 'warn' | 'plain';

const MARKS: Readonly<Record<Tone, string>> = { good: '✓', bad: '✗', warn: '!', plain: '·' };

/** A word with a mark. */
export function Badge({ tone, children }: { readonly tone: Tone; readonly children: string }) {
  return (
    <span class={`badge ${tone}`}>
      <span aria-hidden="true">{MARKS[tone]}</span> {children}
    </span>
  );
}

const VERDICT_TONES: Readonly<Record<string, Tone>> = { PASS: 'good', FAIL: 'bad', INDETERMINATE: 'warn' };
/** A verdict of fairness. */
export function VerdictBadge({ verdict }: { readonly verdict: string }) {
  return <Badge tone={VERDICT_TONES[verdict] ?? 'plain'}>{verdict}</Badge>;
}

const RESULT_TONES: Readonly<Record<string, Tone>> = { accepted: 'good', rejected: 'bad', pending: 'warn' };
/** What became of an envelope. */
export function ResultBadge({ result }: { readonly result: string }) {
  return <Badge tone={RESULT_TONES[result] ?? 'plain'}>{result}</Badge>;
}

const STATE_TONES: Readonly<Record<string, Tone>> = {
  proved: 'good',
  incomplete: 'bad',
  ready: 'warn',
  overdue: 'bad',
};
/** Where a window stands. */
export function StateBadge({ state }: { readonly state: string }) {
  return <Badge tone={STATE_TONES[state] ?? 'plain'}>{state}</Badge>;
}
