import { useMemo } from 'preact/hooks';
import { getJson } from '../api/request.ts';
import type { FindingPage, Window, WindowPage } from '../api/types.ts';
import { type Loaded, useLoaded } from '../api/use-loaded.ts';
import { extentOf } from '../charts/timeline.tsx';
import { Page, Section } from '../ui/page.tsx';
import { Empty, Loading, Show } from '../ui/status.tsx';
import { utc } from '../words/time-words.ts';
import { Findings } from './findings.tsx';
import { ScopeOverview } from './scope-overview.tsx';

/** Most windows that the overview fetches: years of months for several scopes. */
const MOST = 200;

/** All scopes with their windows, verdicts and shares, and what an examiner has to look at. */
export function OverviewPage() {
  const findings = useLoaded('overview/findings', (signal) =>
    getJson<FindingPage>('/v1/findings', { limit: 50 }, signal),
  );
  const windows = useLoaded('overview/windows', (signal) =>
    getJson<WindowPage>('/v1/windows', { limit: MOST }, signal),
  );
  // What stands above them decides where windows begin: shown sooner, they would be laid out on the screen and then move off it.
  const arePlaced = findings.value !== undefined || findings.error !== undefined;
  // Each is drawn when it has come, not again when the other has.
  const [above, below] = [
    useMemo(() => <FindingsSection of={findings} />, [findings.value, findings.error, findings.loading]),
    useMemo(() => <WindowsSection of={windows} />, [windows.value, windows.error, windows.loading]),
  ];
  return (
    <Page title="Overview" lead="Windows with their verdicts, and what has to be looked at.">
      {above}
      {arePlaced ? below : <Loading what="windows" />}
    </Page>
  );
}

function FindingsSection({ of }: { readonly of: Loaded<FindingPage> }) {
  return (
    <Section
      id="findings"
      title="Findings"
      note="None of them makes a statement false; each says what a bank did or left undone."
    >
      <Show of={of} what="findings">
        {(page) => <Findings page={page} />}
      </Show>
    </Section>
  );
}

function WindowsSection({ of }: { readonly of: Loaded<WindowPage> }) {
  return (
    <Show of={of} what="windows">
      {(page) => <Scopes page={page} />}
    </Show>
  );
}

function Scopes({ page: { windows, nextCursor } }: { readonly page: WindowPage }) {
  if (windows.length === 0) {
    return (
      <Section id="windows" title="Windows">
        <Empty>No slot is registered yet, so there is no window.</Empty>
      </Section>
    );
  }
  const extent = extentOf(windows);
  return (
    <Section
      id="windows"
      title="Windows"
      note={`${utc(extent.from)} to ${utc(extent.to)}${nextCursor === undefined ? '' : `; the newest ${MOST}`}`}
    >
      {[...byScope(windows)].map(([scope, own]) => (
        <ScopeOverview key={scope} scope={scope} windows={own} extent={extent} />
      ))}
    </Section>
  );
}

/** Windows by scope, each scope's oldest first. */
function byScope(windows: readonly Window[]): Map<string, Window[]> {
  const scopes = new Map<string, Window[]>();
  for (const window of windows) scopes.set(window.scope, [...(scopes.get(window.scope) ?? []), window]);
  for (const own of scopes.values()) own.sort((a, b) => a.number - b.number);
  return scopes;
}
