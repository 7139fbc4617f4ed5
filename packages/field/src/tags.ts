import { integerFromBytes } from './bytes.ts';
import { type Fr, fr } from './fr.ts';

/** What a tag may name: see section 1 of docs/spec/statements.md. */
export const TAG_NAMES = [
  'applicant',
  'credential',
  'issuer',
  'indexed',
  'member',
  'node',
  'nullifier',
  'credential-nullifier',
  'eligibility',
  'outcome',
  'opening-key',
  'reasons',
  'officer',
  'policy',
  'partitions',
  'fairness-policy',
  'model',
  'model-magnitudes',
  'tree-block',
  'forest',
  'tree-model',
  'table-pad',
  'table',
  'baseline',
] as const;

/** The use of a Poseidon hash. */
export type TagName = (typeof TAG_NAMES)[number];

const TAGS: ReadonlyMap<TagName, Fr> = new Map(
  TAG_NAMES.map((name) => [name, fr(integerFromBytes(new TextEncoder().encode(`assay.v1.${name}`)))]),
);

/** The first input of a Poseidon hash of this use: the ASCII string `assay.v1.<name>` as a big-endian integer. */
export function tag(name: TagName): Fr {
  return TAGS.get(name)!;
}
