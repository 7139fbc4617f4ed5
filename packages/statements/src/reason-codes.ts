/** A reason as an applicant is told it: the bank's code, and what it means. */
export interface ReasonCode {
  readonly code: string;
  readonly text: string;
}

/** Denial reasons of the Home Mortgage Disclosure Act (12 CFR 1003.4(a)(16)), by code: what codes mean unless a bank says otherwise. */
export const DENIAL_REASONS: ReadonlyMap<string, string> = new Map([
  ['1', 'Debt-to-income ratio'],
  ['2', 'Employment history'],
  ['3', 'Credit history'],
  ['4', 'Collateral'],
  ['5', 'Insufficient cash'],
  ['6', 'Unverifiable information'],
  ['7', 'Credit application incomplete'],
  ['8', 'Mortgage insurance denied'],
  ['9', 'Other'],
]);

/** What an attribute is told as that no code lists. */
export const OTHER_REASON: ReasonCode = { code: '9', text: DENIAL_REASONS.get('9')! };
