/** What each kind of entry claims, for people: a name and a sentence. */
export const KIND_WORDS: Readonly<Record<string, { readonly name: string; readonly claim: string }>> = {
  eligibility: {
    name: 'Eligibility (intake)',
    claim:
      'The bank admitted an application: trusted issuers attested its facts, and the bank committed to whether the policy holds for them. The answer itself stays hidden.',
  },
  conformance: {
    name: 'Conformance',
    claim:
      'The committed model has parameters in range, an error band that follows from its weights, and reads no prohibited attribute.',
  },
  decision: {
    name: 'Decision',
    claim:
      'The registered model, on the attested facts of the intake, gives the committed outcome, and it counts in the right groups.',
  },
  'manual-decision': {
    name: 'Manual decision',
    claim:
      'A person decided an application that the model had referred. An approval still implies eligibility, and it counts in the right groups.',
  },
  fairness: {
    name: 'Fairness',
    claim:
      'Over all admitted applications of a window, approval rates by group follow the fairness policy as the verdicts say.',
  },
  withdrawal: {
    name: 'Withdrawal',
    claim: 'The bank says that an application ended without a decision. Nothing proves that the applicant wanted it.',
  },
  registration: { name: 'Registration', claim: 'An authority put a rule, a key or a model in force.' },
};

/** What a kind is called. */
export function kindName(kind: string | undefined): string {
  return (kind === undefined ? undefined : KIND_WORDS[kind]?.name) ?? kind ?? 'unknown';
}

/** What each public signal stands for. */
export const SIGNAL_WORDS: Readonly<Record<string, string>> = {
  applicantCommitment: 'salted hash of the applicant’s facts; the same in intake and closing',
  eligibilityCommitment: 'hides whether the policy holds; the same in intake and closing',
  nullifier: 'one value for each person, scope and ordinal: nobody is logged twice',
  credentialNullifier: 'one value for each financial credential: it backs one application',
  scope: 'bank, product and period, as a field element',
  audience: 'the bank that the credentials were issued for',
  ordinal: 'how many times this person applied in the scope before',
  policyHash: 'the eligibility policy that was applied',
  issuerRoot: 'the set of trusted issuers',
  revocationRoot: 'the list of revoked credentials',
  screeningRoot: 'the screening list',
  asOf: 'the day of the check, in days since 1970',
  modelCommitment: 'the exact model that decided',
  schemaId: 'the schema of the attributes',
  prohibitedMask: 'attributes that the model was shown not to read',
  family: 'the family of the model',
  partitionsHash: 'how applicants are split into groups',
  referred: '1 where the score was too close to the cutoff and a person decides',
  tallyX: 'hiding commitment to what this adds to each group’s counts, first coordinate',
  tallyY: 'the same, second coordinate',
  outcomeCommitment: 'hides the outcome; the applicant opens it alone',
  reasonsCommitment: 'hides the reasons; the applicant opens them alone',
  officerCommitment: 'hides who decided',
  total: 'applications that the counts add up to',
  fairnessPolicyHash: 'the fairness policy that was applied',
  verdict0: 'verdict of the first partition: 0 unused, 1 PASS, 2 FAIL, 3 INDETERMINATE',
  verdict1: 'verdict of the second partition',
  verdict2: 'verdict of the third partition',
  verdict3: 'verdict of the fourth partition',
  tableCiphertextHash: 'the table of counts, encrypted to the regulator',
};
