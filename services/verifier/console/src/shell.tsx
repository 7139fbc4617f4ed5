import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { useArchive } from './api/archive-state.ts';
import { useLoaded } from './api/use-loaded.ts';
import { href } from './route.ts';
import { signOut } from './session.ts';
import { KeyWarning } from './ui/key-warning.tsx';
import { count } from './words/time-words.ts';

const PAGES = [
  ['', 'Overview'],
  ['statements', 'Statements'],
  ['rules', 'Models and rules'],
  ['archive', 'Archive'],
  ['notice', 'Check a notice'],
  ['trust', 'Trust'],
] as const;
/** Those that need no token. */
const PUBLIC: readonly string[] = ['notice', 'trust'];

/** What stands around every page: where one is, what the log's keys are worth, and the way to the other pages. */
export function Shell(props: {
  readonly current: string;
  readonly signedIn: boolean;
  readonly children: ComponentChildren;
}) {
  const main = useRef<HTMLElement>(null);
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the page
      </button>
      <header class="top">
        <a class="brand" href={href([])}>
          Assay <span>regulator’s console</span>
        </a>
        <nav aria-label="Pages">
          <ul>
            {PAGES.filter(([path]) => props.signedIn || PUBLIC.includes(path)).map(([path, name]) => (
              <li key={path}>
                <a
                  href={href(path === '' ? [] : [path])}
                  aria-current={isCurrent(path, props.current) ? 'page' : undefined}
                >
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        {props.signedIn ? (
          <button type="button" class="small no-print" onClick={() => signOut('left')}>
            Sign out
          </button>
        ) : (
          <a class="no-print" href={href([])}>
            Sign in
          </a>
        )}
      </header>
      {props.signedIn ? <LogLine /> : <PublicLine />}
      <main id="main" ref={main} tabIndex={-1}>
        {props.children}
      </main>
      <footer class="bottom">
        <p>
          A verdict is evidence under a stated policy, never a legal finding.{' '}
          <span class="only-print">
            Printed {new Date().toISOString()} from {location.href}
          </span>
        </p>
      </footer>
    </>
  );
}

/** A window's page belongs to the overview. */
function isCurrent(path: string, current: string): boolean {
  return path === (current === 'windows' ? '' : current);
}

/** Whose log this is, its size, and the warning that goes with development keys. */
function LogLine() {
  const { value: archive } = useArchive();
  if (archive === undefined) return null;
  return (
    <aside class="log-line" aria-label="The log">
      <KeyWarning keyClass={archive.keyClass} />
      <p>
        Log <code>{archive.origin}</code>, {count(archive.treeSize)} entries
        {archive.pending > 0 && `, ${count(archive.pending)} envelopes pending`}
      </p>
    </aside>
  );
}

/** The same for whoever has no token, in code of its own: an examiner who is signed in needs none of what reads a trust document. */
function PublicLine() {
  const { value: part } = useLoaded('shell/trust-line', () => import('./trust-line.tsx'));
  return part === undefined ? null : <part.TrustLine />;
}
