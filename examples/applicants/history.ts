import { generateApplicants } from './generate.ts';
import { Random } from './random.ts';

/** A past applicant with what became of the loan: what a bank trains on. */
export interface HistoryRow {
  readonly values: ReadonlyMap<string, string>;
  readonly repaid: boolean;
}

/**
 * Past loans of a population in which nothing depends on sex or age. The model for the fair demo and for the biased one is
 * trained on this same history.
 */
export function generateHistory(seed: number, count: number): HistoryRow[] {
  const random = new Random(seed ^ 0x5bd1e995);
  return generateApplicants({ seed, count, biased: false }).map(({ values }) => {
    return { values, repaid: random.uniform() < 1 / (1 + Math.exp(-soundness(values))) };
  });
}

/** The log-odds of repayment in this made-up world. */
function soundness(values: ReadonlyMap<string, string>): number {
  const number = (name: string) => Number(values.get(name) ?? 0);
  const loanYears = number('loan_amount') / number('income');
  const employment =
    { permanent: 0.4, temporary: -0.2, 'self-employed': 0, retired: 0.3, unemployed: -1.2 }[
      values.get('employment')!
    ] ?? 0;
  const purpose =
    { car: 0.1, 'home improvement': 0.3, education: 0.1, 'debt consolidation': -0.3, other: 0 }[
      values.get('purpose')!
    ] ?? 0;
  const file = values.has('credit_history_months') ? 0.004 * number('credit_history_months') : 0.1;
  return (
    1.9 +
    employment +
    purpose +
    file +
    0.000035 * (number('income') - 32_000) +
    0.00002 * Math.min(number('savings'), 40_000) -
    2.2 * number('debt_to_income') -
    0.55 * number('delinquencies_24m') +
    0.03 * number('employment_years') -
    0.8 * loanYears +
    (values.get('housing') === 'owner' ? 0.3 : 0)
  );
}
