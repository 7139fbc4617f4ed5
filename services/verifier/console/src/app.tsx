import { useLayoutEffect, useState } from 'preact/hooks';
import { OverviewPage } from './pages/overview-page.tsx';
import { SignInPage } from './pages/sign-in-page.tsx';
import { href, type Route, useRoute } from './route.ts';
import { onSession, takeTokenFromAddress, token } from './session.ts';
import { Shell } from './shell.tsx';
import { lazyPage } from './ui/lazy-page.tsx';
import { Page } from './ui/page.tsx';

const ArchivePage = lazyPage(async () => (await import('./pages/archive-page.tsx')).ArchivePage);
const NoticePage = lazyPage(async () => (await import('./pages/notice-page.tsx')).NoticePage);
const RegistrationPage = lazyPage(async () => (await import('./pages/registration-page.tsx')).RegistrationPage);
const RulesPage = lazyPage(async () => (await import('./pages/rules-page.tsx')).RulesPage);
const StatementPage = lazyPage(async () => (await import('./pages/statement-page.tsx')).StatementPage);
const StatementsPage = lazyPage(async () => (await import('./pages/statements-page.tsx')).StatementsPage);
const TrustPage = lazyPage(async () => (await import('./pages/trust-page.tsx')).TrustPage);
const WindowPage = lazyPage(async () => (await import('./pages/window-page.tsx')).WindowPage);

/** Pages that need no token: what an applicant uses. */
const PUBLIC = ['notice', 'trust'];

/** The console: the page that the address names, or the one to sign in on. */
export function App() {
  const route = useRoute();
  const signedIn = useSignedIn();
  const isPublic = PUBLIC.includes(route.path[0] ?? '');
  return (
    <Shell current={route.path[0] ?? ''} signedIn={signedIn}>
      {isPublic || signedIn ? pageOf(route) : <SignInPage />}
    </Shell>
  );
}

function pageOf({ path, query }: Route) {
  const [first, ...rest] = path;
  switch (first) {
    case undefined:
      return <OverviewPage />;
    case 'statements':
      return rest[0] === undefined ? <StatementsPage query={query} /> : <StatementPage key={rest[0]} name={rest[0]} />;
    case 'windows':
      if (rest.length !== 4) break;
      return <WindowPage key={rest.join('/')} scope={rest.slice(0, 3).join('/')} number={Number(rest[3])} />;
    case 'rules':
      return rest[0] === undefined ? <RulesPage query={query} /> : <RegistrationPage key={rest[0]} digest={rest[0]} />;
    case 'archive':
      return <ArchivePage />;
    case 'trust':
      return <TrustPage />;
    case 'notice':
      return <NoticePage />;
    default:
  }
  return (
    <Page title="No such page">
      <p>
        The address names no page of this console. <a href={href([])}>To the overview</a>
      </p>
    </Page>
  );
}

function useSignedIn(): boolean {
  const [signedIn, setSignedIn] = useState(token() !== undefined);
  useLayoutEffect(() => {
    // A token may also come with a link that is opened in a tab that shows the console already.
    const take = (): void => takeTokenFromAddress();
    addEventListener('hashchange', take);
    const end = onSession(() => setSignedIn(token() !== undefined));
    return () => {
      removeEventListener('hashchange', take);
      end();
    };
  }, []);
  return signedIn;
}
