// The console in a real browser, over a verifier process and an archive with real proofs.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { findChromium, NO_CHROMIUM } from './chromium.ts';
import { ExaminerBrowser, type Tab } from './examiner-browser.ts';
import { concluded, outcomes, pageSizes, settled, textOf } from './page-state.ts';
import { ServedArchive } from './served-archive.ts';
import { verificationTests } from './verification-tests.ts';

const chromium = findChromium();

/** A statement as lists give it, as far as these tests look. */
interface Listed {
  readonly index: number;
  readonly digest: string;
}

describe('console', { skip: chromium === undefined ? NO_CHROMIUM : false }, () => {
  let served: ServedArchive;
  let browser: ExaminerBrowser;

  before(async () => {
    served = await ServedArchive.start();
    browser = await ExaminerBrowser.start(chromium!, served.origin);
  });
  after(async () => {
    await browser?.[Symbol.asyncDispose]();
    await served?.[Symbol.asyncDispose]();
  });

  async function newest(query: string): Promise<Listed> {
    const { statements } = await served.json<{ statements: readonly Listed[] }>(`/v1/statements?${query}&limit=1`);
    return statements[0]!;
  }

  test('an examiner signs in, and the token is nowhere to be seen', async () => {
    await using tab = await browser.tab();
    const { page } = tab;
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByLabel('Token').fill('no token');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This is not a token').waitFor();
    await page.getByLabel('Token').fill('assay_unknown-but-well-formed');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('no longer accepts the token').waitFor();
    await page.getByLabel('Token').fill(served.token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('this tab has forgotten the token').waitFor();
    tab.assertWellBehaved();
  });

  test('a token in the address opens the page that follows it, and is removed at once', async () => {
    await using tab = await browser.tab({ token: served.token, page: '#/archive' });
    await tab.page.getByRole('heading', { name: 'Archive' }).waitFor();
    assert.equal(tab.page.url(), `${served.origin}/#/archive`);
    await tab.page.goBack();
    assert.ok(!tab.page.url().includes(served.token));
    await tab.open('#/');
    await tab.open(`#token=${served.token}&page=/trust`);
    await tab.page.getByRole('heading', { name: 'Trust' }).waitFor();
    assert.equal(tab.page.url(), `${served.origin}/#/trust`);
    tab.assertWellBehaved();
  });

  test('the overview shows each window, its verdicts and shares, and what has to be looked at', async () => {
    await using tab = await browser.tab({ token: served.token });
    const { page } = tab;
    const timeline = page.getByRole('list', { name: /^Windows of meridian/ });
    await timeline.waitFor();
    assert.deepEqual(await timeline.getByRole('link').allInnerTexts(), ['1\nproved', '2\nready', '3\nincomplete']);
    const findings = await textOf(page.getByRole('region', { name: 'Findings', exact: true }));
    for (const code of ['WITHDRAWALS_OVER_CEILING', 'WINDOW_INCOMPLETE']) assert.ok(findings.includes(code), code);
    await page.getByRole('img', { name: /^Withdrawn: 3 windows, over the ceiling in 2$/ }).waitFor();
    await page.getByRole('img', { name: /^Verdicts by window\. window 1: / }).waitFor();
    await page.getByText('INSECURE development keys').waitFor();
    await timeline.getByRole('link', { name: '1 proved' }).click();
    await page.getByRole('heading', { name: /^Window 1 of / }).waitFor();
    const applications = page.getByRole('table', { name: 'Applications' }).getByRole('row');
    await applications.first().waitFor();
    assert.equal(await applications.count(), 7);
    tab.assertWellBehaved();
  });

  test('the list is narrowed by the address and by the form, and has older pages', async () => {
    await using tab = await browser.tab({ token: served.token, page: '#/statements?kind=manual-decision' });
    const { page } = tab;
    const rows = page.getByRole('table', { name: 'Statements, newest first' }).getByRole('row');
    await rows.nth(1).waitFor();
    assert.equal(await rows.count(), 2);
    await page.getByLabel('Kind').selectOption('withdrawal');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('link', { name: 'Withdrawal' }).waitFor();
    assert.match(page.url(), /#\/statements\?kind=withdrawal$/);
    await page.getByLabel('Received from (UTC)').fill('2999-01-01T00:00:00');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('Nothing matches').waitFor();
    await tab.open('#/statements?window=1');
    await page.getByRole('alert').waitFor();
    assert.match(await textOf(page.getByRole('alert')), /scope/);
    tab.assertWellBehaved();
  });

  test('the archive’s page names the log witnesses that cosigned the last checkpoint', async () => {
    await using tab = await browser.tab({ token: served.token, page: '#/archive' });
    const witnesses = tab.page.getByRole('table', { name: /^Log witnesses/ });
    // The log witness is asked once the verifier is there; the page looks again by itself.
    await witnesses.getByText('✓ cosigned').waitFor();
    assert.match(await textOf(witnesses), /witness\.assay\.demo\/w1/);
    tab.assertWellBehaved();
  });

  verificationTests(() => ({ served, browser, newest }));

  test('models and rules are shown in words, with their history, and verified', async () => {
    await using tab = await browser.tab({ token: served.token, page: '#/rules' });
    const { page } = tab;
    const inForce = page.getByRole('region', { name: 'In force' });
    await inForce.getByRole('link', { name: /^Eligibility policy/ }).click();
    await page.getByText('An applicant is eligible when this holds').waitFor();
    await concluded(tab, 'verified');
    await tab.open('#/rules?kind=fairness-policy');
    await page
      .getByRole('table', { name: /^Registrations/ })
      .getByRole('link')
      .first()
      .click();
    await page.getByText('A group’s approval rate is low below 4/5').waitFor();
    await tab.open('#/rules?kind=partitions');
    await page
      .getByRole('table', { name: /^Registrations/ })
      .getByRole('link')
      .first()
      .click();
    await page.getByRole('table', { name: 'By sex' }).waitFor();
    tab.assertWellBehaved();
  });

  test('what arrives is shown as it arrives, and the stream goes on where it broke off', async () => {
    await using tab = await browser.tab({ token: served.token, page: '#/archive' });
    const { page } = tab;
    const feed = page.getByRole('region', { name: 'As it arrives' });
    await feed.getByText('live').waitFor();
    await served.crash();
    await feed.getByText('broken off').waitFor();
    await served.withdraw(served.recorded.openApplicant);
    await feed.getByRole('link', { name: 'Withdrawal' }).waitFor();
    await page.getByRole('img', { name: /^Tree size in this session/ }).waitFor();
  });

  test('a rejected envelope is shown with the check that refused it, and its entry is verified', async () => {
    await served.withdraw(served.recorded.closedApplicant);
    await using tab = await browser.tab({ token: served.token, page: '#/' });
    const { page } = tab;
    await page.getByRole('table', { name: 'All findings' }).getByText('REJECTED').waitFor();
    const { digest } = await newest('result=rejected');
    await tab.open(`#/statements/${digest}`);
    await concluded(tab, 'in part');
    assert.deepEqual((await outcomes(page, 'passed')).slice(0, 3), ['entry', 'checkpoint', 'inclusion']);
    assert.deepEqual(await outcomes(page, 'failed'), []);
    const found = page.getByRole('region', { name: 'What the verifier found' });
    assert.match(await textOf(found.getByRole('listitem').filter({ hasText: 'failed' })), /slot.*INTAKE_CLOSED/s);
    await tab.assertAccessible();
    tab.assertWellBehaved();
  });

  test('an applicant checks a notice without a token, and nothing of it leaves the browser', async () => {
    const notice = Buffer.from(served.recorded.notice).toString();
    await using tab = await browser.tab({ page: '#/notice' });
    const { page } = tab;
    await page.getByLabel('or paste it here').fill(notice);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(`${request.method()} ${request.url()} ${request.postData() ?? ''}`));
    await page.getByRole('button', { name: 'Check' }).click();
    await concluded(tab, 'logged');
    assert.deepEqual(await outcomes(page, 'failed'), []);
    assert.ok((await outcomes(page, 'passed')).includes('reasons-proof'));
    const found = page.getByRole('region', { name: 'What was found' });
    await found.getByText('declined', { exact: true }).waitFor();
    await found.getByText('The bank has proved it').waitFor();
    await found.scrollIntoViewIfNeeded();
    await keepScreenshot(page, 'notice');
    assert.ok(
      asked.every((request) => /^GET \S+\/assets\/notice-worker-\S+\.js $/.test(request)),
      asked.join('\n'),
    );

    await page.getByLabel('or paste it here').fill(notice.replace('"declined"', '"approved"'));
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText('does not hold').waitFor();
    assert.ok(!(await page.getByRole('heading', { name: 'Reasons' }).isVisible()));
    const opening = notice.replace(
      /("openingKey": "\d+)(\d)"/,
      (_, start, last) => `${start}${last === '1' ? '2' : '1'}"`,
    );
    assert.notEqual(opening, notice);
    await page.getByLabel('Open the notice').setInputFiles({
      name: 'notice.json',
      mimeType: 'application/json',
      buffer: Buffer.from(opening),
    });
    await page.getByRole('button', { name: 'Check' }).click();
    await page.locator('[data-check="outcome"][data-outcome="failed"]').waitFor();
    await page.emulateMedia({ colorScheme: 'dark' });
    await tab.assertAccessible();
    tab.assertWellBehaved();
  });

  test('the console is walked by keyboard alone', async () => {
    await using tab = await browser.tab({ token: served.token });
    const { page } = tab;
    const focused = page.locator(':focus');
    await page.getByRole('list', { name: /^Windows of/ }).waitFor();
    await page.keyboard.press('Shift+Tab');
    for (let i = 0; i < 12 && (await textOf(focused)) !== 'Skip to the page'; i++)
      await page.keyboard.press('Shift+Tab');
    assert.equal(await textOf(focused), 'Skip to the page');
    assert.ok(await focused.isVisible());
    await page.keyboard.press('Enter');
    assert.equal(await focused.getAttribute('id'), 'main');
    await page.keyboard.press('Shift+Tab');
    for (let i = 0; i < 12 && (await textOf(focused)) !== 'Statements'; i++) await page.keyboard.press('Shift+Tab');
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
    assert.equal(outline, 'solid');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Statements' }).waitFor();
    assert.equal(await textOf(focused), 'Statements');
    assert.equal(await page.evaluate('document.activeElement.tagName'), 'H1');
    tab.assertWellBehaved();
  });

  test('axe finds nothing on any page, light or dark', async () => {
    for (const [name, address] of await pagesOf()) {
      await using tab = await browser.tab({ token: served.token, page: address });
      await settled(tab.page);
      if (name !== undefined) await keepScreenshot(tab.page, name);
      await assertAccessibleInBoth(tab);
      tab.assertWellBehaved();
    }
    await using signedOut = await browser.tab();
    await signedOut.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await assertAccessibleInBoth(signedOut);
  });

  test('a statement and the overview print on A4, with digest and address', async () => {
    const { digest } = await newest('kind=fairness');
    await using tab = await browser.tab({ token: served.token, page: `#/statements/${digest}` });
    const { page } = tab;
    await concluded(tab, 'verified');
    await page.emulateMedia({ media: 'print' });
    assert.ok(await page.getByText(`from ${served.origin}/#/statements/${digest}`).isVisible());
    assert.ok(await page.getByText(digest, { exact: true }).first().isVisible());
    assert.ok(!(await page.getByRole('navigation', { name: 'Pages' }).isVisible()));
    const sheet = await page.pdf({ preferCSSPageSize: true });
    assert.deepEqual(pageSizes(sheet), ['595x842']);
    await tab.open('#/');
    await settled(page);
    assert.deepEqual(pageSizes(await page.pdf({ preferCSSPageSize: true })), ['595x842']);
    tab.assertWellBehaved();
  });

  test('a token that no longer holds ends the session, and says so', async () => {
    await using tab = await browser.tab({ token: served.token });
    const { page } = tab;
    await page.getByRole('list', { name: /^Windows of/ }).waitFor();
    const next = served.replaceTokens();
    await page.getByText('no longer accepts the token').waitFor();
    await page.getByLabel('Token').fill(next);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('list', { name: /^Windows of/ }).waitFor();
    tab.assertWellBehaved();
  });

  /** Every page that an address alone leads to, with the name of its screenshot. */
  async function pagesOf(): Promise<(readonly [string | undefined, string])[]> {
    const [decision, fairness, policy] = await Promise.all([
      newest('kind=decision'),
      newest('kind=fairness'),
      served.json<{ registrations: readonly Listed[] }>('/v1/registrations?kind=policy&limit=1'),
    ]);
    return [
      ['overview', '#/'],
      ['window', `#/windows/${served.recorded.scope}/1`],
      ['statements', '#/statements'],
      ['statement', `#/statements/${decision.digest}`],
      ['fairness-statement', `#/statements/${fairness.digest}`],
      ['rules', '#/rules'],
      ['policy', `#/rules/${policy.registrations[0]!.digest}`],
      ['archive', '#/archive'],
      ['trust', '#/trust'],
      [undefined, '#/notice'],
    ];
  }
});

/** A page is loaded once for both: what it shows and checks does not depend on the colours. */
async function assertAccessibleInBoth(tab: Tab): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await tab.page.emulateMedia({ colorScheme });
    await tab.assertAccessible();
  }
}

/** Writes the picture that the documentation shows, when it is asked to. */
async function keepScreenshot(page: Page, name: string): Promise<void> {
  if (process.env.UPDATE_SCREENSHOTS !== '1') return;
  const file = new URL(`../../docs/screenshots/${name}.png`, import.meta.url).pathname;
  writeFileSync(file, await page.screenshot({ fullPage: false }));
}
