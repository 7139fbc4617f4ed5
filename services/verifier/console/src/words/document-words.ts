import type { SchemaDocument } from '@assay/schema';
import type { FairnessPolicyDocument, PartitionsDocument } from '@assay/statements';
import { percentOf, span } from './time-words.ts';

/** A registration's body, which is whatever was signed; the verifier accepted it, so its members are there. */
export type Body = Readonly<Record<string, unknown>>;

/** What each kind of registration is called. */
export const REGISTRATION_WORDS: Readonly<Record<string, string>> = {
  'bank-key': 'Bank’s signing key',
  schema: 'Schema',
  policy: 'Eligibility policy',
  partitions: 'Partitions',
  'fairness-policy': 'Fairness policy',
  'issuer-root': 'Trusted issuers',
  'revocation-root': 'Revocation list',
  'screening-root': 'Screening list',
  scope: 'Scope',
  model: 'Model',
  slot: 'Slot',
};

/** A registration in a line: what a list shows of it. */
export function registrationTitle(kind: string, body: Body): string {
  const document = body.document as { readonly name?: string; readonly version?: string } | undefined;
  const name = (REGISTRATION_WORDS[kind] ?? kind).toString();
  if (document?.name !== undefined) return `${name} ${document.name}, version ${document.version}`;
  switch (kind) {
    case 'model':
      return `${name} ${body.name}, version ${body.version}`;
    case 'scope':
      return `${name} ${body.scope}`;
    case 'slot':
      return `${name} ${body.slot} of ${body.scope}`;
    case 'bank-key':
      return `${name}: ${body.bank}`;
    default:
      return name;
  }
}

/** A scope's limits in sentences. */
export function scopeSentences(body: Body): readonly string[] {
  const number = (name: string): number => Number(body[name]);
  return [
    `An application has to be closed within ${span(number('closingDeadlineSeconds'))} of its admission; after that it is a finding.`,
    `At most ${percentOf(number('withdrawalCeilingPermille'))} of a window’s applications may be withdrawn; above it, the window can have no fairness statement.`,
    `More than ${percentOf(number('referralCeilingPermille'))} of a window’s applications referred to a person is a finding.`,
    `A list of issuers, revocations or screening that was replaced may be used for another ${span(number('rootGraceSeconds'))}.`,
  ];
}

/** The names of the attributes in a mask of slots; `slot N` where the schema has none there. */
export function maskedAttributes(mask: bigint, schema: SchemaDocument | undefined): readonly string[] {
  const slots = Array.from({ length: 32 }, (_, slot) => slot).filter((slot) => (mask >> BigInt(slot)) & 1n);
  return slots.map((slot) => schema?.slots.find((known) => known.slot === slot)?.name ?? `slot ${slot}`);
}

/** A partition's groups, each with the values that fall into it. */
export function groupSentences({
  groups,
  intervals,
  unknown,
  missing,
  attribute,
}: PartitionsDocument['partitions'][number]) {
  return groups.map((group) => {
    const ranges = intervals.flatMap(({ from, group: own }, i) => {
      const next = intervals[i + 1];
      return own !== group
        ? []
        : [next === undefined ? `${attribute} from ${from} on` : `${attribute} from ${from} to below ${next.from}`];
    });
    const without = group === unknown ? [missing === undefined ? 'unknown' : `where ${missing} is set`] : [];
    return { group, values: [...ranges, ...without].join(', or ') || 'nobody' };
  });
}

/** A fairness policy in sentences. */
export function fairnessSentences(document: FairnessPolicyDocument): readonly string[] {
  const { ratio, significance, nMin, tMin, minCell } = document;
  const z = Math.sqrt(significance.zNum / significance.zDen);
  return [
    `A group’s approval rate is low below ${ratio.num}/${ratio.den} of the reference group’s.`,
    significance.required
      ? `A low rate fails only when the difference is significant too: above ${z.toFixed(2)} standard errors.`
      : 'A low rate fails, whether or not the difference is statistically significant.',
    `Groups of fewer than ${nMin} are not judged; they leave the verdict indeterminate.`,
    `A window extends over slots until it has ${tMin} applications.`,
    `In the regulator’s table, counts below ${minCell} are hidden.`,
  ];
}

/** What is judged in one partition. */
export function fairnessRule({ partition, reference, tested }: FairnessPolicyDocument['partitions'][number]): string {
  const against = reference === 'highest' ? 'the group with the highest rate' : reference;
  return `${partition}: ${tested.join(', ')} against ${against}`;
}
