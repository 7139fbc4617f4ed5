import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import type { Tab } from './examiner-browser.ts';

/** What stands on a page that is not done yet. */
export const UNDER_WAY = '.loading, [aria-busy="true"], [data-state="waiting"], [data-state="running"]';

/** What an element says. */
export async function textOf(element: Locator): Promise<string> {
  return (await element.textContent())?.trim() ?? '';
}

/** Waits until the page's checks are done, and fails unless they conclude so. */
export async function concluded(
  { page }: Tab,
  conclusion: 'verified' | 'in part' | 'failed' | 'logged',
): Promise<void> {
  const line = page.locator('.conclusion[data-state="done"]');
  await line.waitFor();
  assert.match(await textOf(line), new RegExp(`\\b${conclusion}\\b`));
}

/** Names of the browser's checks that ended so, in order. */
export async function outcomes(page: Page, outcome: 'passed' | 'failed' | 'not-run'): Promise<string[]> {
  return await page.locator(`[data-outcome="${outcome}"] .check-name`).allInnerTexts();
}

/** Waits until nothing on the page is loading or being checked. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator(UNDER_WAY).first().waitFor({ state: 'detached' });
}

/** Lets the server's answer be changed on its way: a server that lies. */
export async function answerWith(page: Page, url: string, change: (body: string) => string): Promise<void> {
  await page.route(url, async (route) => {
    const response = await route.fetch();
    const body = await response.text();
    const changed = change(body);
    assert.notEqual(changed, body);
    await route.fulfill({ response, body: changed });
  });
}

/** An envelope with one character of its proof changed. */
export function flipDigit(text: string): string {
  return text.replace(/"proof":"(.)/, (whole, first) => whole.replace(/.$/, first === 'A' ? 'B' : 'A'));
}

/** Sizes of a PDF's pages in points, each once. */
export function pageSizes(pdf: Buffer): string[] {
  const boxes = [...pdf.toString('latin1').matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)];
  return [...new Set(boxes.map(([, width, height]) => `${Math.round(Number(width))}x${Math.round(Number(height))}`))];
}
