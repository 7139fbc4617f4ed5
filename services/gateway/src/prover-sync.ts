import { gateway, type prover } from '@assay/contracts';
import { inUnsyncedTransaction } from '@assay/outbox';
import { RpcError } from '@assay/rpc';
import type { Application } from './application.ts';
import type { ApplicationStore } from './application-store.ts';
import type { Changes } from './changes.ts';
import type { Clients } from './clients.ts';
import type { Database } from './database.ts';

/** What is needed to take over what the prover knows. */
export interface ProverSyncOptions {
  readonly database: Database;
  readonly store: ApplicationStore;
  readonly changes: Changes;
  readonly kyc: Clients['kyc'];
}

const { SUBMITTED, MANUAL_DECISION_PROVED, WITHDRAWAL_SIGNED, REJECTED } = gateway.ApplicationState;

/** Takes over what the KYC prover knows of applications: commitments, statements, outcomes, refusals. */
export class ProverSync {
  readonly #options: ProverSyncOptions;

  constructor(options: ProverSyncOptions) {
    this.#options = options;
  }

  /** Brings one application up to date; `undefined` when the prover does not know it yet. @throws RpcError when it cannot be asked */
  async refresh({ id }: Application): Promise<Application | undefined> {
    const { store, kyc, changes } = this.#options;
    const decision = await kyc.call.getDecision({ applicationId: id }).catch((error: unknown) => {
      if (error instanceof RpcError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    });
    if (decision === undefined) return undefined;
    if (this.#take(id, decision)) changes.changed(id);
    return store.find(id);
  }

  /**
   * The application that an envelope is about, as the prover has it: the one of this commitment if that is known, else the first of those
   * that are not finished, and whose commitment is not known, whose statements have this digest. Proofs are made about in the order of
   * submission, so few are asked for. Without a commitment, of all that are not finished.
   *
   * @throws RpcError when the prover cannot be asked
   */
  async owner(digest: string, commitment: string | undefined): Promise<Application | undefined> {
    const { store } = this.#options;
    const about = commitment === undefined ? undefined : store.findByCommitment(commitment);
    const unfinished = (): Application[] =>
      store.unfinished().filter((known) => commitment === undefined || known.commitment === undefined);
    for (const candidate of about === undefined ? unfinished() : [about]) {
      await this.refresh(candidate);
      const owner = store.findByStatement(digest);
      if (owner !== undefined) return owner;
    }
    return undefined;
  }

  #take(id: string, decision: prover.GetDecisionResponse): boolean {
    const { database, store } = this.#options;
    // The prover has it on disk, and says it again.
    return inUnsyncedTransaction(database.db, () => {
      let changed = false;
      for (const { digest, kind } of decision.statements) {
        if (store.addStatement(id, Buffer.from(digest).toString('hex'), kind)) changed = true;
      }
      const { state, outcome, applicantCommitment, rejection } = decision;
      const shown = state === MANUAL_DECISION_PROVED || state === WITHDRAWAL_SIGNED;
      this.#forgetJobs(id, state !== SUBMITTED, shown);
      // What the verifier refused is heard from the archive, in the order of its entries.
      const refusedHere = state === REJECTED && rejection?.reason !== gateway.RejectionReason.VERIFIER_REFUSED;
      return (
        store.change(id, {
          ...(state !== REJECTED && { state }),
          ...(refusedHere && { state: REJECTED, ...(rejection && { rejection }), pending: null }),
          ...(outcome !== gateway.Outcome.UNSPECIFIED && { outcome }),
          ...(applicantCommitment !== '' && { commitment: applicantCommitment }),
          ...(shown && { pending: null }),
        }) || changed
      );
    });
  }

  /** What the prover has taken up needs no sealed copy here any more. */
  #forgetJobs(id: string, hasApplication: boolean, hasPending: boolean): void {
    const { outbox } = this.#options.database;
    const pending = this.#options.store.find(id)?.pending;
    if (hasApplication) outbox.markArchived(id, new Uint8Array());
    if (hasPending && pending !== undefined) outbox.markArchived(`${id}.${pending}`, new Uint8Array());
  }
}
