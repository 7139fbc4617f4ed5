import type { TrustDocument } from '../api/trust-document.ts';
import { href } from '../route.ts';

/** Where the keys come from that the checks rest on. */
export function TrustNote({ document: { source, name, trust } }: { readonly document: TrustDocument }) {
  return (
    <>
      {source === 'file' ? (
        <>
          Against your trust file <code>{name}</code>.
        </>
      ) : (
        <>
          Against the trust document <strong>of this server</strong>: it shows that the server agrees with itself. Load{' '}
          <a href={href(['trust'])}>the trust file that you were given</a> to rely on nothing that it says.
        </>
      )}
      {trust.keyClass === 'development' &&
        ' Its keys are development keys: INSECURE, anybody can forge proofs under them.'}
    </>
  );
}
