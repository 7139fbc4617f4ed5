import type { Section } from '@assay/config';
import { PRUNABLE_KINDS, type PrunableKind, prunableKind } from '@assay/verify';

/** How long a kind of statement is kept. */
export interface RetentionClass {
  readonly name: string;
  readonly days: number;
}

/** The class of each kind whose envelopes may ever be removed. */
export type Retention = Readonly<Record<PrunableKind, RetentionClass>>;

const DAY_MS = 86_400_000;
const CLASS_PATTERN = /^[a-z0-9-]{1,40}$/;
/** Ten years, three of them leap years at most. */
const STANDARD: RetentionClass = { name: 'standard', days: 3653 };
const LONGEST_DAYS = 36_525;

/** What holds where nothing is configured: ten years for every kind. */
export const STANDARD_RETENTION = Object.fromEntries(
  PRUNABLE_KINDS.map((kind) => [kind, STANDARD]),
) as unknown as Retention;

/**
 * Reads `{classes: {NAME: days}, kinds: {KIND: NAME}}`. A kind that is not named has the class `standard`, which is of ten years unless
 * `classes` says otherwise.
 *
 * @throws ConfigError naming the member
 */
export function readRetention(section: Section): Retention {
  const kinds = section.has('kinds') ? section.section('kinds') : undefined;
  const names = new Map(
    PRUNABLE_KINDS.map((kind) => [kind, kinds?.has(kind) ? kinds.text(kind, CLASS_PATTERN) : STANDARD.name]),
  );
  kinds?.end();
  const days = readDays(section, new Set(names.values()));
  section.end();
  return Object.fromEntries(
    PRUNABLE_KINDS.map((kind) => {
      const name = names.get(kind)!;
      return [kind, { name, days: days.get(name)! }];
    }),
  ) as unknown as Retention;
}

function readDays(parent: Section, names: ReadonlySet<string>): ReadonlyMap<string, number> {
  const section = parent.has('classes') ? parent.section('classes') : undefined;
  const days = new Map(
    [...names].map((name) => {
      const fallback = name === STANDARD.name ? STANDARD.days : undefined;
      if (section === undefined && fallback === undefined) throw parent.fault('classes', `has no class ${name}`);
      return [name, section === undefined ? fallback! : section.count(name, 1, LONGEST_DAYS, fallback)];
    }),
  );
  section?.end();
  return days;
}

/** The class of an entry, and when its retention ends; undefined for what is always kept. */
export function retentionOf(
  retention: Retention,
  entry: { readonly kind: string; readonly statement?: string | null; readonly receivedAt: number },
): { readonly name: string; readonly until: number } | undefined {
  const kind = prunableKind(entry);
  if (kind === undefined) return undefined;
  const { name, days } = retention[kind];
  return { name, until: entry.receivedAt + days * DAY_MS };
}
