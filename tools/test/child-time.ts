import { readFileSync } from 'node:fs';

/** Of the words after the name in /proc/PID/stat: what ended children took in user and in kernel mode, in ticks. */
const CHILDREN = { user: 13, kernel: 14 } as const;
/** Linux counts these in hundredths of a second on every processor. */
const TICKS_PER_SECOND = 100;

/**
 * Seconds that processors have spent on the processes that this one has started and that have ended, and on those that these
 * waited for; undefined on a system that does not tell.
 */
export function childSeconds(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const stat = readFileSync('/proc/self/stat', 'utf8');
  // The name may hold anything, parentheses too.
  const words = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(words[CHILDREN.user]) + Number(words[CHILDREN.kernel])) / TICKS_PER_SECOND;
}
