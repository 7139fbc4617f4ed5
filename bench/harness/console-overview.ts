import { findChromium } from '../../test/console/chromium.ts';
import { ExaminerBrowser } from '../../test/console/examiner-browser.ts';
import { UNDER_WAY } from '../../test/console/page-state.ts';

/** Waits, in the page, until an overview is painted that has nothing more to load. Milliseconds since the address was given. */
const SHOWN = `new Promise((resolve) => {
  const isShown = () => document.querySelector('.timeline') !== null && document.querySelector('${UNDER_WAY}') === null;
  const painted = () => requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
  if (isShown()) return painted();
  const observer = new MutationObserver(() => {
    if (!isShown()) return;
    observer.disconnect();
    painted();
  });
  observer.observe(document, { subtree: true, childList: true, attributes: true });
})`;

/**
 * Milliseconds from the address to an overview that has nothing more to load, in a Chromium that has kept nothing of it: once for each
 * run, after one that warms the server up. The page's own clock: opening an empty tab is not in it, nor what drives the browser. Undefined
 * where there is no Chromium.
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
    await using tab = await browser.tab({ token });
    const shownAt: number = await tab.page.evaluate(SHOWN);
    if (run > 0) times.push(shownAt);
    tab.assertWellBehaved();
  }
  return times;
}
