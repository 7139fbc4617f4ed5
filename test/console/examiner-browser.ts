import assert from 'node:assert/strict';
import axe, { type AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

/** What a page of the console may take to show what it shows, on a machine that does other things too. */
const PATIENCE_MS = 60_000;
/** A laptop's screen. */
const VIEWPORT = { width: 1280, height: 800 };

/** How a tab is opened. */
export interface TabOptions {
  /** The examiner's token, given as the address that the demo prints has it; without one, nobody is signed in. */
  readonly token?: string;
  /** The page to open, from the `#` on. */
  readonly page?: string;
}

/** A tab that keeps an account of what a console must not do. */
export interface Tab extends AsyncDisposable {
  readonly page: Page;
  /** Follows a link of the console by its address, from the `#` on. */
  open(address: string): Promise<void>;
  /** Fails if anything left the origin, broke the page's policy, or failed in the page. */
  assertWellBehaved(): void;
  /** Fails with every violation that axe finds, in the page as it stands. */
  assertAccessible(): Promise<void>;
}

/** A Chromium that shows the console of one origin. */
export class ExaminerBrowser implements AsyncDisposable {
  readonly #browser: Browser;
  readonly #origin: string;

  private constructor(browser: Browser, origin: string) {
    this.#browser = browser;
    this.#origin = origin;
  }

  static async start(executablePath: string, origin: string): Promise<ExaminerBrowser> {
    // Chromium refuses its sandbox to root, who runs tests in a container.
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    return new ExaminerBrowser(await chromium.launch({ executablePath, args, headless: true }), origin);
  }

  /** Opens the console in a tab with a session of its own. */
  async tab({ token, page: address = '#/' }: TabOptions = {}): Promise<Tab> {
    const context = await this.#browser.newContext({ viewport: VIEWPORT, acceptDownloads: false });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (origin !== this.#origin && protocol !== 'data:') faults.push(`it asked ${request.url()}`);
    });
    page.on('pageerror', (error) => faults.push(`it threw ${error.message}`));
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) faults.push(message.text());
    });
    const signIn = token === undefined ? address : `#token=${token}&page=${encodeURIComponent(address.slice(1))}`;
    await page.goto(`${this.#origin}/${signIn}`);
    return {
      page,
      open: (next) => page.goto(`${this.#origin}/${next}`).then(() => undefined),
      assertWellBehaved: () => assert.deepEqual(faults, []),
      assertAccessible: () => assertAccessible(page),
      [Symbol.asyncDispose]: () => context.close(),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}

async function assertAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const { violations }: AxeResults = await page.evaluate('axe.run(document, { resultTypes: ["violations"] })');
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help} (${target.join(' ')}) ${failureSummary}`),
  );
  assert.deepEqual(found, []);
}
