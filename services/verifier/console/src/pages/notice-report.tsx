import type { NoticeCheck, NoticeReport } from '@assay/verify';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Fact, Facts } from '../ui/data.tsx';
import { BASIS_WORDS, NOTICE_CHECK_WORDS } from '../words/notice-words.ts';
import { utc } from '../words/time-words.ts';

const TONES: Readonly<Record<NoticeCheck['result'], Tone>> = { passed: 'good', failed: 'bad', 'not-made': 'plain' };

/** What a check of a notice found: what may be relied on comes first, and only when nothing failed. */
export function NoticeReportView({ report }: { readonly report: NoticeReport }) {
  const { valid, checks } = report;
  return (
    <>
      <p class="conclusion" role="status" data-state="done">
        {valid ? (
          <>
            <Badge tone="good">logged</Badge> This decision is in the log, and it is the one that the notice tells.
          </>
        ) : (
          <>
            <Badge tone="bad">failed</Badge> This notice does not hold: do not rely on it. Show it to the regulator.
          </>
        )}
      </p>
      {valid && <Told report={report} />}
      <ol class="checks">
        {checks.map(({ name, result, finding }) => (
          <li key={name} data-check={name} data-outcome={result}>
            <Badge tone={TONES[result]}>{result.replace('-', ' ')}</Badge>
            <span class="check-name">{name}</span>
            <span>
              {NOTICE_CHECK_WORDS[name]}
              <span class="detail"> {finding}</span>
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}

function Told({ report: { notice, decidedAt } }: { readonly report: NoticeReport }) {
  if (notice === undefined) return null;
  const { reasons } = notice;
  return (
    <>
      <Facts>
        <Fact name="Outcome">
          <strong>{notice.outcome}</strong>
        </Fact>
        <Fact name="Bank">{notice.bank}</Fact>
        <Fact name="Product and period">{notice.scope.split('/').slice(1).join(', ')}</Fact>
        {decidedAt !== undefined && <Fact name="Logged">{utc(decidedAt)}, by the log’s clock</Fact>}
      </Facts>
      {reasons !== undefined && (
        <>
          <h3>Reasons</h3>
          <p>{BASIS_WORDS[reasons.basis]}</p>
          {reasons.named.length === 0 ? (
            <p>The bank gave none.</p>
          ) : (
            <ol>
              {reasons.named.map(({ slot, label, text, code }) => (
                <li key={slot}>
                  {text} <span class="why">{`(${label}; code ${code})`}</span>
                </li>
              ))}
            </ol>
          )}
        </>
      )}
    </>
  );
}
