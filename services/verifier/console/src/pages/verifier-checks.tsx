import type { VerifierCheck } from '../api/types.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Section } from '../ui/page.tsx';
import { VERIFIER_CHECK_WORDS } from '../words/check-words.ts';
import { codeWords } from '../words/code-words.ts';

const TONES: Readonly<Record<VerifierCheck['outcome'], Tone>> = {
  passed: 'good',
  failed: 'bad',
  waits: 'warn',
  'not-run': 'plain',
};

/** The checks as the verifier made them, in their order. */
export function VerifierChecks({ checks }: { readonly checks: readonly VerifierCheck[] }) {
  return (
    <Section
      id="verifier-checks"
      title="What the verifier found"
      note="The last three need the whole archive: assay verify-archive makes them again, offline."
    >
      <ol class="checks">
        {checks.map(({ name, outcome, code }) => (
          <li key={name}>
            <Badge tone={TONES[outcome]}>{outcome.replace('-', ' ')}</Badge>
            <span class="check-name">{name}</span>
            <span>
              {VERIFIER_CHECK_WORDS[name]}
              {code !== undefined && <strong>{`: ${codeWords(code)} (${code})`}</strong>}
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}
