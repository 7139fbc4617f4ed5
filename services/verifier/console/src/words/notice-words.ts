import type { NoticeCheckName, ReasonsBasis } from '@assay/verify';

/** What each check of a notice asks. */
export const NOTICE_CHECK_WORDS: Readonly<Record<NoticeCheckName, string>> = {
  form: 'It is a notice, and nothing is in it that does not belong',
  log: 'What it rests on is in the log, under a checkpoint that the log signed',
  registrations: 'The bank’s key and its model were registered by who may',
  signature: 'The bank signed the decision',
  decision: 'The decision’s proof holds, and it is by the registered model or by a person',
  applicant: 'The notice is about you, and nobody else',
  outcome: 'The outcome that the notice tells is the one that was logged',
  reasons: 'The reasons that the notice tells are those that were logged',
  'reasons-proof': 'The reasons are what cost most in the score: it is proved',
};

/** Where the reasons of a decline come from. */
export const BASIS_WORDS: Readonly<Record<ReasonsBasis, string>> = {
  score: 'These attributes cost most in the score. The bank has proved it.',
  policy: 'These attributes do not meet the eligibility policy, the bank says.',
  officer: 'A person decided, and gave these reasons.',
  declared: 'The bank gives these reasons. Nothing proves that they are the heaviest ones.',
};
