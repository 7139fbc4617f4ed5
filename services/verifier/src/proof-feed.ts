import { ack, type Bus, type Consumption, type Delivery, dead, type Outcome } from '@assay/bus';
import type { Logger } from '@assay/telemetry';
import type { Announcer } from './announcer.ts';
import type { Archivist } from './archivist.ts';
import { readProofMessage } from './proof-message.ts';
import { Rounds } from './rounds.ts';

/** What the feed works with. */
export interface ProofFeedOptions {
  readonly bus: Bus;
  readonly archivist: Archivist;
  readonly announcer: Announcer;
  readonly logger: Logger;
}

/**
 * Consumes a bank's proofs. A message is acknowledged when its entry (or that it waits) is on disk and announced; until
 * then it comes again, and finds its entry. It is never given up for our own troubles, only for what it is.
 */
export async function consumeProofs(bank: string, options: ProofFeedOptions): Promise<Consumption> {
  let refused = 0;
  const rounds = new Rounds(ROUNDS);
  return await options.bus.consume({ bank, stream: 'PROOFS', durable: 'verifier', ...PACE }, async (delivery) => {
    await rounds.begin();
    const outcome = await file(bank, delivery, options);
    if (typeof outcome !== 'string') return outcome;
    options.logger.warn('envelope refused', { bank, code: outcome, sequence: ++refused });
    return ack;
  });
}

/**
 * Several deliveries may wait for the one writer at once, to be archived together. What a crash interrupts comes again after
 * the ack wait: it is short, because the consumer says by itself that work goes on.
 */
const PACE = { concurrency: 16, ackWaitMs: 5_000, maxDeliver: Number.POSITIVE_INFINITY } as const;

/**
 * From one append to the next while proofs come close upon each other: an append costs some ten syncs however many it holds. Where proofs
 * come one by one it is shorter than a bank needs from an intake's entry to the decision that follows, so that one application by itself
 * never waits; where they come faster than that, applications wait for processors, and longer rounds leave more of those to them.
 */
const ROUNDS = { aloneMs: 80, togetherMs: 250, enough: 12 } as const;

/** The outcome, or the code under which an envelope that nobody answers for was refused. */
async function file(
  bank: string,
  { event, context }: Delivery,
  { archivist, announcer }: ProofFeedOptions,
): Promise<Outcome | string> {
  const message = readProofMessage(event.data, bank);
  if (typeof message === 'string') return dead(message);
  const filing = await archivist.file(message.envelope, { ...message, parent: context });
  switch (filing.result) {
    case 'refused':
      return filing.code;
    case 'pending':
      await announcer.announcePending(bank, filing, context);
      return ack;
    case 'archived':
      await announcer.catchUp();
      if (!filing.fresh) await announcer.repeat(filing.entry, context);
      return ack;
  }
}
