import { useMemo } from 'preact/hooks';
import { loadSubject } from '../api/load-subject.ts';
import { trustDocument } from '../api/trust-document.ts';
import type { StatementDetail } from '../api/types.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Section } from '../ui/page.tsx';
import { Failure } from '../ui/status.tsx';
import type { CheckResult } from '../verify/check.ts';
import { type Checking, useChecks } from '../verify/use-checks.ts';
import { BROWSER_CHECK_WORDS } from '../words/check-words.ts';
import { TrustNote } from './trust-note.tsx';

/** Fetches a statement's bytes and has this browser check them, each check shown as it ends. */
export function BrowserChecks({ statement }: { readonly statement: StatementDetail }) {
  const loaded = useLoaded(`subject/${statement.digest}/${statement.index}`, async (signal) => {
    const [subject, document] = await Promise.all([loadSubject(statement, signal), trustDocument()]);
    return { subject, document };
  });
  const { value } = loaded;
  const request = useMemo(() => value && { subject: value.subject, trust: value.document.bytes }, [value]);
  const checking = useChecks(request);
  return (
    <Section
      id="browser-checks"
      title="Checked in this browser"
      note={value && <TrustNote document={value.document} />}
    >
      {loaded.error !== undefined ? (
        <Failure error={loaded.error} again={loaded.again} />
      ) : (
        <>
          <Conclusion checking={checking} />
          <ol class="checks">
            {checking.results.map((result) => (
              <Result key={result.name} result={result} />
            ))}
          </ol>
        </>
      )}
    </Section>
  );
}

function Conclusion({ checking: { state, results, why } }: { readonly checking: Checking }) {
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  const passed = results.filter(({ outcome }) => outcome === 'passed').length;
  return (
    <p class="conclusion" role="status" data-state={state}>
      {state === 'broken' ? (
        <>
          <Badge tone="bad">nothing checked</Badge> {why}
        </>
      ) : state !== 'done' ? (
        <>Checking …</>
      ) : failed.length > 0 ? (
        <>
          <Badge tone="bad">failed</Badge> {failed.map(({ name }) => name).join(', ')}. Do not rely on this statement.
        </>
      ) : isComplete(results) ? (
        <>
          <Badge tone="good">verified</Badge> {passed} checks passed, none failed.
        </>
      ) : (
        <>
          <Badge tone="warn">in part</Badge> {passed} checks passed, none failed; what could not be checked is named
          below.
        </>
      )}
    </p>
  );
}

/** Whether both halves were looked at: who says it, with proof where there is one, and that the log holds it. */
function isComplete(results: readonly CheckResult[]): boolean {
  return ['signature', 'inclusion'].every((due) =>
    results.some(({ name, outcome }) => name === due && outcome === 'passed'),
  );
}

const TONES: Readonly<Record<CheckResult['outcome'], Tone>> = { passed: 'good', failed: 'bad', 'not-run': 'plain' };

function Result({ result: { name, outcome, detail } }: { readonly result: CheckResult }) {
  return (
    <li data-check={name} data-outcome={outcome}>
      <Badge tone={TONES[outcome]}>{outcome.replace('-', ' ')}</Badge>
      <span class="check-name">{name}</span>
      <span>
        {BROWSER_CHECK_WORDS[name]}
        <span class="detail"> {detail}</span>
      </span>
    </li>
  );
}
