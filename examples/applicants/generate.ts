import { Random } from './random.ts';

/** One synthetic applicant. */
export interface SyntheticApplicant {
  /** Stable name within a run, such as `applicant-07`. */
  readonly id: string;
  /** Raw values by attribute name, as `examples/applicants/schema.json` lists them. */
  readonly values: ReadonlyMap<string, string>;
  /** Number of the identity document that the identity issuer has seen. */
  readonly documentNumber: string;
  /** Why the example policy refuses this applicant, for those made so on purpose. */
  readonly ineligible?: 'under-age' | 'non-resident';
}

/** What to generate. */
export interface GenerateOptions {
  readonly seed: number;
  readonly count: number;
  /** Women's income and savings are made systematically worse, as in a population that was treated unequally before it applied. */
  readonly biased: boolean;
  /** Make one applicant under age and one non-resident. */
  readonly withIneligible?: boolean;
}

/**
 * Generates applicants, equally many of each sex and of each side of 40. How well off somebody is does not depend on sex or age
 * unless `biased`; it is spread evenly over each of the four groups, so that small runs are balanced too.
 */
export function generateApplicants({
  seed,
  count,
  biased,
  withIneligible = false,
}: GenerateOptions): SyntheticApplicant[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, i) => {
    const female = i % 2 === 0;
    const young = i % 4 < 2;
    const member = Math.floor(i / 4);
    const standing = ((member * 0.6180339887 + (i % 4) * 0.05 + random.uniform() * 0.1) % 1) * 3.4 - 1.7;
    const values = applicant(random, standing, female, young, biased && female);
    const ineligible = withIneligible ? INELIGIBLE.get(i) : undefined;
    if (ineligible === 'under-age') values.set('age', '17');
    if (ineligible === 'non-resident') values.set('residency', 'non-resident');
    const documentNumber = `X${String(Math.floor(random.uniform() * 1e8)).padStart(8, '0')}${i}`;
    const id = `applicant-${String(i + 1).padStart(2, '0')}`;
    return { id, values, documentNumber, ...(ineligible === undefined ? {} : { ineligible }) };
  });
}

/** One of each side, so that neither sex nor age group loses more than the other. */
const INELIGIBLE: ReadonlyMap<number, 'under-age' | 'non-resident'> = new Map([
  [5, 'under-age'],
  [10, 'non-resident'],
]);

/** @param standing roughly normal, larger is better off */
function applicant(
  random: Random,
  standing: number,
  female: boolean,
  young: boolean,
  disadvantaged: boolean,
): Map<string, string> {
  const penalty = disadvantaged ? 0.4 : 1;
  const income = clamp(32_000 * Math.exp(0.45 * standing + 0.15 * random.normal()) * penalty, 4000, 900_000);
  const savings = clamp(6000 * Math.exp(0.9 * standing + 0.6 * random.normal()) * penalty * penalty, 0, 4_000_000);
  const loan = clamp(12_000 * Math.exp(0.4 * random.normal()), 1000, 90_000);
  const term = random.pick([
    [12, 1],
    [24, 3],
    [36, 4],
    [48, 3],
    [60, 2],
  ]);
  const other = Math.max(0, 0.12 - 0.05 * standing + 0.04 * random.normal() + (disadvantaged ? 0.15 : 0));
  const history = Math.round(clamp(90 + 40 * standing + 40 * random.normal(), 6, 480));
  const late = Math.floor(clamp(1.2 - 1.1 * standing + 0.7 * random.normal(), 0, 11));
  const values = new Map<string, string>([
    ['age', String(Math.floor(young ? 21 + 19 * random.uniform() : 40 + 29 * random.uniform()))],
    ['sex', female ? 'female' : 'male'],
    [
      'residency',
      random.pick([
        ['citizen', 8],
        ['permanent resident', 2],
        ['temporary resident', 1],
      ]),
    ],
    ['income', income.toFixed(2)],
    ['savings', savings.toFixed(2)],
    ['debt_to_income', clamp(other + (loan / term) * (12 / income), 0, 5).toFixed(4)],
    ['employment_years', clamp(6 + 3 * standing + 3 * random.normal(), 0, 45).toFixed(1)],
    [
      'employment',
      standing < -1.2
        ? random.pick([
            ['temporary', 2],
            ['unemployed', 1],
          ])
        : random.pick([
            ['permanent', 7],
            ['temporary', 1],
            ['self-employed', 2],
            ['retired', 1],
          ]),
    ],
    ['delinquencies_24m', String(late)],
    ['loan_amount', loan.toFixed(2)],
    ['term_months', String(term)],
    [
      'purpose',
      random.pick([
        ['car', 4],
        ['home improvement', 3],
        ['education', 1],
        ['debt consolidation', 3],
        ['other', 2],
      ]),
    ],
    [
      'housing',
      random.pick([
        ['owner', 2],
        ['mortgage', 3],
        ['tenant', 4],
        ['with family', 1],
      ]),
    ],
  ]);
  // A few have no credit file: a missing value that the schema makes explicit.
  if (random.uniform() > 0.08) values.set('credit_history_months', String(history));
  return values;
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
