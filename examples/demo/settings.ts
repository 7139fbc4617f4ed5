/** Ways in which the bank of the demo can try to cheat. */
export const CHEATS = ['swap-model', 'drop', 'delay', 'relabel', 'replay', 'stuff'] as const;
export type CheatName = (typeof CHEATS)[number];

/** What the demo is asked to do, by environment variables (`make demo NAME=VALUE` sets them). */
export interface Settings {
  /** `DATA`: path of the UCI German Credit file, or of `examples/medical/breast-cancer.csv`. Absent: synthetic applicants. */
  readonly data: string | undefined;
  /** `BIAS=1`: women are worse off before they apply. Synthetic applicants only. */
  readonly biased: boolean;
  /** `CHEAT`: the bank tries to cheat. */
  readonly cheat: CheatName | undefined;
  /** `COUNT`: number of applications. */
  readonly count: number | undefined;
  /** `KEEP=1`: everything keeps running until Ctrl-C. */
  readonly keep: boolean;
  /** `TABLE=1`: shows the regulator's table, on the terminal of whoever runs both sides. */
  readonly table: boolean;
}

/** Fewest applications of a run: below this, groups are too small to say anything. */
export const MIN_COUNT = 20;
const MAX_COUNT = 1000;

/** What was asked for that cannot be; its message is for whoever typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads the settings. @throws UsageError naming the variable */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const flag = (name: string): boolean => {
    const value = env[name] ?? '';
    if (value === '' || value === '0' || value === '1') return value === '1';
    throw new UsageError(`${name} is 1 or left out`);
  };
  const data = env.DATA || undefined;
  const biased = flag('BIAS');
  const cheat = readCheat(env.CHEAT);
  if (data !== undefined && biased) throw new UsageError('BIAS changes synthetic applicants, not those of DATA');
  if (cheat !== undefined && (data !== undefined || biased)) throw new UsageError('CHEAT goes without DATA and BIAS');
  return { data, biased, cheat, count: readCount(env.COUNT), keep: flag('KEEP'), table: flag('TABLE') };
}

function readCheat(value: string | undefined): CheatName | undefined {
  if (value === undefined || value === '') return undefined;
  const known = CHEATS.find((name) => name === value);
  if (known === undefined) throw new UsageError(`CHEAT is one of ${CHEATS.join(', ')}`);
  return known;
}

function readCount(value: string | undefined): number | undefined {
  if (value === undefined || value === '') return undefined;
  const count = Number(value);
  if (Number.isSafeInteger(count) && count >= MIN_COUNT && count <= MAX_COUNT) return count;
  throw new UsageError(`COUNT is an integer from ${MIN_COUNT} to ${MAX_COUNT}`);
}
