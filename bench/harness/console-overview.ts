import { findChromium } from '../../test/console/chromium.ts';
import { ExaminerBrowser } from '../../test/console/examiner-browser.ts';
import { settled } from '../../test/console/page-state.ts';

/**
 * Milliseconds from the address to an overview that has nothing more to load, in a Chromium that has kept nothing of it: once for each
 * run, after one that warms the server up. Undefined where there is no Chromium.
 */
export async function overviewTimes(
  origin: string,
  token: string,
  runs: number,
): Promise<readonly number[] | undefined> {
  const chromium = findChromium();
  if (chromium === undefined) return undefined;
  await using browser = await ExaminerBrowser.start(chromium, origin);
  const times: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const started = performance.now();
    await using tab = await browser.tab({ token });
    await tab.page
      .getByRole('list', { name: /^Windows of / })
      .first()
      .waitFor();
    await settled(tab.page);
    if (run > 0) times.push(performance.now() - started);
    tab.assertWellBehaved();
  }
  return times;
}
