import type { Logger } from '@assay/telemetry';
import { parseVerifierKey } from '@assay/tlog';
import type { WatchedLog } from './config.ts';
import { follow } from './follow.ts';
import type { LogWitness } from './log-witness.ts';

/** Looks at logs from time to time, so that one that stops asking is still watched. */
export class Follower implements AsyncDisposable {
  readonly #witness: LogWitness;
  readonly #logger: Logger;
  readonly #logs: readonly { readonly origin: string; readonly url: string }[];
  readonly #timer: NodeJS.Timeout;
  #round: Promise<void> = Promise.resolve();
  #busy = false;

  constructor(witness: LogWitness, logs: readonly WatchedLog[], pollSeconds: number, logger: Logger) {
    this.#witness = witness;
    this.#logger = logger;
    this.#logs = logs.flatMap(({ verifierKey, url }) =>
      url === undefined ? [] : [{ origin: parseVerifierKey(verifierKey).name, url }],
    );
    this.#timer = setInterval(() => this.#look(), pollSeconds * 1000);
    this.#look();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#round;
  }

  #look(): void {
    if (this.#busy) return;
    this.#busy = true;
    this.#round = Promise.all(this.#logs.map((log) => this.#lookAt(log))).then(() => {
      this.#busy = false;
    });
  }

  async #lookAt({ origin, url }: { readonly origin: string; readonly url: string }): Promise<void> {
    try {
      const result = await follow(this.#witness, origin, url);
      const treeSize = this.#witness.head(origin)?.size ?? 0;
      if (result === 'grown') this.#logger.info('log followed', { component: origin, treeSize });
      if (result === 'behind') this.#logger.warn('log shows an older tree', { component: origin, treeSize });
    } catch (error) {
      this.#logger.warn('log cannot be followed', { component: origin, error });
    }
  }
}
