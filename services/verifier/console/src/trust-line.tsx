import { trustDocument } from './api/trust-document.ts';
import { useLoaded } from './api/use-loaded.ts';
import { KeyWarning } from './ui/key-warning.tsx';

/** Whose log this is, for whoever has no token: what the trust document says. */
export function TrustLine() {
  const { value: document } = useLoaded('shell/trust', trustDocument);
  if (document === undefined) return null;
  return (
    <aside class="log-line" aria-label="The log">
      <KeyWarning keyClass={document.trust.keyClass} />
      <p>
        Log <code>{document.trust.log.origin}</code>
      </p>
    </aside>
  );
}
