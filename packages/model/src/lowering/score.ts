import { ModelError } from '../error.ts';
import { decimal, LOGIT_ERROR, logit } from '../logit.ts';
import { abs, add, mul, ONE, type Rational, ratio, ZERO } from '../rational.ts';
import { addBounds, type Bound, freeBound, scaleBound } from './bound.ts';
import type { Element } from './element.ts';
import { addForms, constantForm, type Form, isZeroForm, negateForm } from './form.ts';
import { UNIT } from './rounding.ts';
import type { Verdict } from './value.ts';

/** Where a model approves: above a probability of the approving class, or above a raw score of it, as plain decimals. */
export type Cutoff = { readonly probability: string } | { readonly score: string };

/** The score that is compared with the cutoff, turned so that larger means approve. */
export interface Score {
  readonly form: Form;
  readonly error: Bound;
  readonly reads: bigint;
  readonly cutoff: Rational;
  /** How far the cutoff that a float comparison uses may lie from `cutoff`. */
  readonly cutoffError: Rational;
}

/**
 * Picks the score of the approving class and the cutoff on its scale.
 *
 * @throws ModelError `bad_cutoff`, `not_additive`
 */
export function scoreFor(verdict: Verdict, approveLabel: string, cutoff: Cutoff): Score {
  const approving = verdict.labels.indexOf(approveLabel);
  if (approving < 0) throw new ModelError('bad_cutoff', `the graph has no class ${JSON.stringify(approveLabel)}`);
  const { form, error, reads } = approvingScore(verdict, approving);
  const exact = 'score' in cutoff ? decimal(cutoff.score) : probabilityCutoff(verdict, cutoff.probability);
  // A float comparison rounds the cutoff once.
  const conversion = 'score' in cutoff || verdict.link === 'probability' || exact.num === 0n ? ZERO : LOGIT_ERROR;
  return { form, error, reads, cutoff: exact, cutoffError: add(conversion, mul(abs(exact), UNIT)) };
}

function probabilityCutoff(verdict: Verdict, text: string): Rational {
  if (verdict.link === 'none')
    throw new ModelError('bad_cutoff', 'the graph gives raw scores: state the cutoff as a score');
  const probability = decimal(text);
  const score = logit(probability);
  return verdict.link === 'probability' ? probability : score;
}

function approvingScore(verdict: Verdict, approving: number): Pick<Element, 'form' | 'error' | 'reads'> {
  const [first, second] = verdict.scores;
  if (first === undefined) throw new ModelError('malformed', 'the graph has no score');
  if (second === undefined) {
    if (approving === 1) return first;
    return verdict.link === 'probability' ? complement(first) : { ...first, form: negateForm(first.form) };
  }
  const [own, other] = approving === 1 ? [second, first] : [first, second];
  if (verdict.link === 'probability') return own;
  if (verdict.link === 'softmax') return difference(own, other);
  // Each class has its own logistic: the label follows the probability only if the rows mirror one another.
  if (!isZeroForm(addForms(own.form, other.form))) {
    throw new ModelError(
      'not_additive',
      'the two classes of the classifier are not negatives of one another',
      place(verdict),
    );
  }
  return own;
}

/** `1 - p`, in one rounding. */
function complement({ form, size, error, reads }: Element): Pick<Element, 'form' | 'error' | 'reads'> {
  const rounding = scaleBound(addBounds(freeBound(ONE), size), UNIT);
  return {
    form: addForms(constantForm(ONE), negateForm(form)),
    error: addBounds(scaleBound(error, add(ONE, UNIT)), rounding),
    reads,
  };
}

/** `own - other`, in one rounding more where it is taken in binary32. */
function difference(own: Element, other: Element): Pick<Element, 'form' | 'error' | 'reads'> {
  const carried = scaleBound(addBounds(own.error, other.error), add(ratio(1n), UNIT));
  return {
    form: addForms(own.form, negateForm(other.form)),
    error: addBounds(carried, scaleBound(addBounds(own.size, other.size), UNIT)),
    reads: own.reads | other.reads,
  };
}

function place(verdict: Verdict): { operator: string; node: string } | undefined {
  return verdict.node === undefined ? undefined : { operator: verdict.node.operator, node: verdict.node.name };
}
