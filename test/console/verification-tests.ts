import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { encodeVerifierKey } from '@assay/tlog';
import { ed25519 } from '@noble/curves/ed25519.js';
import type { ExaminerBrowser } from './examiner-browser.ts';
import { answerWith, concluded, flipDigit, outcomes } from './page-state.ts';
import type { ServedArchive } from './served-archive.ts';

/** What the tests work with, once it is there. */
export interface Given {
  readonly served: ServedArchive;
  readonly browser: ExaminerBrowser;
  /** The newest statement that a query finds. */
  readonly newest: (query: string) => Promise<{ readonly digest: string }>;
}

/** Defines the tests of what the browser verifies by itself: what is as it was logged, and servers that lie. */
export function verificationTests(given: () => Given): void {
  for (const kind of ['decision', 'eligibility', 'manual-decision', 'fairness', 'conformance'] as const) {
    test(`this browser verifies a statement by itself: ${kind}`, async () => {
      const { served, browser, newest } = given();
      const { digest } = await newest(`kind=${kind}`);
      await using tab = await browser.tab({ token: served.token, page: `#/statements/${digest}` });
      await concluded(tab, 'verified');
      const notRun = await outcomes(tab.page, 'not-run');
      assert.deepEqual(notRun, kind === 'fairness' ? [] : ['table']);
      assert.equal((await outcomes(tab.page, 'passed')).length, 13 - notRun.length);
      tab.assertWellBehaved();
    });
  }

  test('withdrawals and registrations are verified, too', async () => {
    const { served, browser, newest } = given();
    for (const kind of ['withdrawal', 'registration']) {
      const { digest } = await newest(`kind=${kind}`);
      await using tab = await browser.tab({ token: served.token, page: `#/statements/${digest}` });
      await concluded(tab, 'verified');
      assert.deepEqual(await outcomes(tab.page, 'failed'), []);
      tab.assertWellBehaved();
    }
  });

  test('a server that alters an envelope is found out, and the failed check is named', async () => {
    const { served, browser, newest } = given();
    const { digest } = await newest('kind=decision');
    await using tab = await browser.tab({ token: served.token });
    await answerWith(tab.page, `**/v1/statements/${digest}/envelope`, (body) => flipDigit(body));
    await tab.open(`#/statements/${digest}`);
    await concluded(tab, 'failed');
    assert.deepEqual(await outcomes(tab.page, 'failed'), ['digest']);
    tab.assertWellBehaved();
  });

  test('a server that shows a forged statement under its own digest is found out', async () => {
    const { served, browser, newest } = given();
    const [{ digest }, other] = await Promise.all([newest('kind=decision'), newest('kind=eligibility')]);
    const envelope = await served.envelope(other.digest);
    const forged = Buffer.from(envelope.toString().replace(/"proof":"(.{20})/, '"proof":"AAAAAAAAAAAAAAAAAAAA'));
    const forgedDigest = Buffer.from(await crypto.subtle.digest('SHA-256', forged)).toString('hex');
    await using tab = await browser.tab({ token: served.token });
    const { page } = tab;
    await page.route(`**/v1/statements/${forgedDigest}*/**`, async (route) => {
      const url = route.request().url().replace(forgedDigest, digest);
      const response = await route.fetch({ url });
      await route.fulfill({ response, ...(url.endsWith('/envelope') && { body: forged }) });
    });
    await page.route(`**/v1/statements/${forgedDigest}`, async (route) => {
      const response = await route.fetch({ url: route.request().url().replace(forgedDigest, digest) });
      await route.fulfill({ response, json: { ...(await response.json()), digest: forgedDigest } });
    });
    await tab.open(`#/statements/${forgedDigest}`);
    await concluded(tab, 'failed');
    assert.deepEqual(await outcomes(page, 'failed'), ['form', 'entry']);
    tab.assertWellBehaved();
  });

  test('a receipt with another checkpoint, and another leaf, are found out', async () => {
    const { served, browser, newest } = given();
    const { digest } = await newest('kind=decision');
    await using tab = await browser.tab({ token: served.token });
    await answerWith(tab.page, `**/v1/statements/${digest}/receipt`, (body) =>
      body.replace(/\n(\d+)\n(.*)\n\n—/, '\n9$1\n$2\n\n—'),
    );
    await tab.open(`#/statements/${digest}`);
    await concluded(tab, 'failed');
    assert.deepEqual(await outcomes(tab.page, 'failed'), ['checkpoint']);
    await tab.page.unrouteAll();
    await answerWith(tab.page, `**/v1/statements/${digest}`, (body) => {
      const detail = JSON.parse(body) as { leaf: string };
      const leaf = Buffer.from(detail.leaf, 'base64')
        .toString()
        .replace(/"receivedAt":"2/, '"receivedAt":"1');
      return JSON.stringify({ ...detail, leaf: Buffer.from(leaf).toString('base64') });
    });
    await tab.page.reload();
    await concluded(tab, 'failed');
    assert.deepEqual(await outcomes(tab.page, 'failed'), ['inclusion']);
    tab.assertWellBehaved();
  });

  test('the examiner’s own trust file takes the place of the server’s, until the tab is closed', async () => {
    const { served, browser, newest } = given();
    const { digest } = await newest('kind=decision');
    await using tab = await browser.tab({ token: served.token, page: `#/statements/${digest}` });
    const { page } = tab;
    await page.getByText('Against the trust document of this server').waitFor();
    await tab.open('#/trust');
    await page.getByText('from this server').waitFor();
    const file = page.getByLabel('Load the trust file that you were given');
    await file.setInputFiles({ name: 'wrong.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
    await page.getByText('This is no trust file').waitFor();
    await file.setInputFiles(served.trustFile);
    await page.getByText('from your file').waitFor();
    await tab.open(`#/statements/${digest}`);
    await page.getByText('Against your trust file trust.json').waitFor();
    await concluded(tab, 'verified');
    await tab.open('#/trust');
    await file.setInputFiles({
      name: 'other-log.json',
      mimeType: 'application/json',
      buffer: Buffer.from(withOtherLogKey(readFileSync(served.trustFile, 'utf8'))),
    });
    await page.getByText('other-log.json').waitFor();
    await tab.open(`#/statements/${digest}`);
    await concluded(tab, 'failed');
    assert.deepEqual(await outcomes(page, 'failed'), ['signer', 'checkpoint']);
    await tab.open('#/trust');
    await page.getByRole('button', { name: 'Go back to the server’s' }).click();
    await page.getByText('from this server').waitFor();
    tab.assertWellBehaved();
  });
}

/** A trust file that believes a log of the same name with another key. */
function withOtherLogKey(text: string): string {
  const document = JSON.parse(text) as { log: { origin: string; verifierKey: string } };
  const name = document.log.origin;
  const verifierKey = encodeVerifierKey({ name, publicKey: ed25519.getPublicKey(new Uint8Array(32).fill(9)) });
  return JSON.stringify({ ...document, log: { origin: name, verifierKey } });
}
