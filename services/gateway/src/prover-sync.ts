import { gateway, type prover } from '@assay/contracts';
import { inUnsyncedTransaction } from '@assay/outbox';
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

  /** Brings applications up to date, as far as the prover knows them yet. At most 256. @throws RpcError when it cannot be asked */
  async refresh(applicationIds: readonly string[]): Promise<void> {
    await this.#takeOver({ applicationIds: [...applicationIds], statementDigests: [] });
  }

  /**
   * Brings the applications up to date that envelopes are about: their digests are known afterwards, unless they are about none of this
   * prover's. At most 256.
   *
   * @throws RpcError when the prover cannot be asked
   */
  async refreshOwners(digests: readonly string[]): Promise<void> {
    await this.#takeOver({ applicationIds: [], statementDigests: digests.map((digest) => Buffer.from(digest, 'hex')) });
  }

  async #takeOver(asked: prover.ListDecisionsRequest): Promise<void> {
    const { database, kyc, changes } = this.#options;
    const { decisions } = await kyc.call.listDecisions(asked);
    if (decisions.length === 0) return;
    // The prover has it on disk, and says it again.
    const changed = inUnsyncedTransaction(database.db, () => decisions.filter((decision) => this.#take(decision)));
    for (const { applicationId } of changed) changes.changed(applicationId);
  }

  /** False where nothing of it is new. */
  #take(decision: prover.GetDecisionResponse): boolean {
    const { store } = this.#options;
    const { applicationId: id, state, outcome, applicantCommitment, rejection } = decision;
    if (store.find(id) === undefined) return false;
    let changed = false;
    for (const { digest, kind } of decision.statements) {
      if (store.addStatement(id, Buffer.from(digest).toString('hex'), kind)) changed = true;
    }
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
  }

  /** What the prover has taken up needs no sealed copy here any more. */
  #forgetJobs(id: string, hasApplication: boolean, hasPending: boolean): void {
    const { outbox } = this.#options.database;
    const pending = this.#options.store.find(id)?.pending;
    if (hasApplication) outbox.markArchived(id, new Uint8Array());
    if (hasPending && pending !== undefined) outbox.markArchived(`${id}.${pending}`, new Uint8Array());
  }
}
