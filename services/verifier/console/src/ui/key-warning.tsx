import type { KeyClass } from '../api/types.ts';

/** That proofs under development keys are worth nothing. */
export function KeyWarning({ keyClass }: { readonly keyClass: KeyClass }) {
  if (keyClass === 'ceremony') return null;
  return (
    <p class="insecure">
      <strong>INSECURE development keys.</strong> Their secrets are public: anybody can forge what is proved under them.
    </p>
  );
}
