import type { Logger } from '@assay/telemetry';
import type { Announcer } from './announcer.ts';
import type { Archivist } from './archivist.ts';
import type { Config } from './config.ts';

/**
 * What no message causes: pending envelopes that time alone can help are judged again, those that wait too long are
 * reported once, and announcements that failed are made up for.
 */
export class Upkeep implements Disposable {
  readonly #archivist: Archivist;
  readonly #announcer: Announcer;
  readonly #config: Pick<Config, 'pendingRetrySeconds' | 'pendingDeadlineSeconds'>;
  readonly #logger: Logger;
  readonly #reported = new Set<string>();
  readonly #timer: NodeJS.Timeout;

  constructor(
    archivist: Archivist,
    announcer: Announcer,
    config: Pick<Config, 'pendingRetrySeconds' | 'pendingDeadlineSeconds'>,
    logger: Logger,
  ) {
    this.#archivist = archivist;
    this.#announcer = announcer;
    this.#config = config;
    this.#logger = logger;
    this.#timer = setInterval(() => void this.#round(), config.pendingRetrySeconds * 1000);
    this.announce();
  }

  /** Announces what is not announced yet, without anybody waiting for it. */
  announce(): void {
    this.#announcer.catchUp().catch((error: unknown) => this.#logger.warn('announcing failed', { error }));
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #round(): Promise<void> {
    try {
      await this.#archivist.retryPending();
      await this.#announcer.catchUp();
    } catch (error) {
      this.#logger.warn('upkeep failed', { error });
    }
    this.#reportOverdue();
  }

  #reportOverdue(): void {
    for (const digest of this.#archivist.waitingLongerThan(this.#config.pendingDeadlineSeconds * 1000)) {
      if (this.#reported.has(digest)) continue;
      this.#reported.add(digest);
      this.#logger.warn('pending envelope overdue', { digest });
    }
  }
}
