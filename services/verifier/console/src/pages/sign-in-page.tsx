import { useState } from 'preact/hooks';
import { href } from '../route.ts';
import { signedOut, signIn, TOKEN_PATTERN } from '../session.ts';
import { Page } from '../ui/page.tsx';

const REASONS = {
  never: undefined,
  left: 'You have signed out: this tab has forgotten the token.',
  refused: 'The verifier no longer accepts the token: it has expired, was revoked, or was never issued. Sign in again.',
} as const;

/** Where an examiner gives the token; it stays in this tab. */
export function SignInPage() {
  const [given, setGiven] = useState('');
  const [fault, setFault] = useState<string>();
  const submit = (event: Event): void => {
    event.preventDefault();
    const token = given.trim();
    if (TOKEN_PATTERN.test(token)) signIn(token);
    else setFault('This is not a token: a token has up to 100 letters, digits, - and _.');
  };
  const reason = REASONS[signedOut()];
  return (
    <Page title="Sign in" lead="Examiners read the archive with a token that the verifier’s operator issued to them.">
      {reason !== undefined && (
        <p class="notice" role="status">
          {reason}
        </p>
      )}
      <form class="sign-in" onSubmit={submit}>
        <label for="token">Token</label>
        <input
          id="token"
          type="password"
          autocomplete="off"
          spellcheck={false}
          required
          value={given}
          onInput={({ currentTarget }) => setGiven(currentTarget.value)}
          aria-invalid={fault !== undefined}
          aria-describedby="token-help"
        />
        <button type="submit">Sign in</button>
        <p id="token-help" class="help">
          {fault !== undefined && <strong>{fault} </strong>}
          It is kept in this tab until the tab is closed, and sent to this verifier alone.
        </p>
      </form>
      <p>
        Applicants need no token: <a href={href(['notice'])}>check a notice</a>.
      </p>
    </Page>
  );
}
