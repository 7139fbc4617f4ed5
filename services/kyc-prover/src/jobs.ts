import {
  ack,
  type Bus,
  type Consumption,
  captureTrace,
  type Delivery,
  dead,
  type Outcome,
  parseSubject,
  retry,
} from '@assay/bus';
import { gateway } from '@assay/contracts';
import { fr, randomFr, stringId } from '@assay/field';
import { Groth16Error } from '@assay/groth16';
import { proofMessage, type StatementProver } from '@assay/proving';
import { RpcError } from '@assay/rpc';
import {
  applicationJobs,
  type ManualDecisionJob,
  manualDecisionJobs,
  SealError,
  type SealingKey,
  unseal,
  type WithdrawalJob,
  withdrawalJobs,
} from '@assay/seal';
import { decisionClaim, manualDecisionClaim } from '@assay/statements';
import { type Logger, withSpan } from '@assay/telemetry';
import { bankOfScope, type Signer, sealEnvelope, type WithdrawalReason } from '@assay/verify';
import { context } from '@opentelemetry/api';
import { type ApplicationRow, type ApplicationStore, newTallySalt } from './application-store.ts';
import type { ArchiveWord } from './archive-word.ts';
import type { Config } from './config.ts';
import { declineReasons } from './decline-reasons.ts';
import { heldTo } from './held-to.ts';
import type { InForce, RegistryReader } from './in-force.ts';
import { checkCredentials, IntakeRefusal, intakeClaim, openIntake } from './intake.ts';
import { KycProverError } from './kyc-prover-error.ts';
import type { ModelStore } from './model-store.ts';
import type { ApplicationOpening } from './opening.ts';
import type { PublishedSets } from './published-sets.ts';
import { SERVICE } from './service-name.ts';

/** What jobs work with. */
export interface JobContext {
  readonly config: Config;
  readonly store: ApplicationStore;
  readonly models: ModelStore;
  readonly registry: RegistryReader;
  readonly prover: StatementProver;
  readonly sets: PublishedSets;
  readonly word: ArchiveWord;
  readonly sealingKey: SealingKey;
  readonly signer: Signer;
  readonly logger: Logger;
}

/** A job is acknowledged within this, or delivered again; heartbeats extend it while a proof is made. */
const ACK_WAIT_MS = 15_000;
const RETRY_MS = 2000;
/** How long a decision waits for its intake to be archived before it is proved all the same. */
const ADMISSION_WAIT_MS = 20_000;
/**
 * Jobs beside those that are being proved: they are read, or wait for the archive's word on their intakes. Under load the archive appends a
 * few times a second, in which two workers make some five proofs: so many intakes wait, and others have to be proved meanwhile.
 */
const IN_ADMISSION = 8;
/** A job that has failed so often, for no passing reason, is given up. */
const MAX_FAILURES = 8;

/** Starts working on the bank's jobs, more at once than there are proving workers, so that the engine never waits. */
export async function consumeJobs(bus: Bus, work: JobContext): Promise<Consumption> {
  const { bank, proving } = work.config;
  const failures = new Map<string, number>();
  return await bus.consume(
    {
      bank,
      stream: 'JOBS',
      durable: SERVICE,
      concurrency: proving.workers + IN_ADMISSION,
      ackWaitMs: ACK_WAIT_MS,
      // Bounded below, by failures: while the registry cannot be reached a job waits, however often it comes.
      maxDeliver: Number.POSITIVE_INFINITY,
    },
    async (delivery) => {
      const outcome = await handle(delivery, work, failures);
      if (outcome === ack) failures.delete(delivery.event.id);
      return outcome;
    },
  );
}

/** What has been stored is never done twice: a job that comes again goes on where it stopped. */
async function handle(delivery: Delivery, work: JobContext, failures: Map<string, number>): Promise<Outcome> {
  const { kind } = parseSubject(delivery.event.subject);
  try {
    return await context.with(delivery.context, async () => {
      switch (kind) {
        case 'application':
          await proveApplication(await unsealJob(delivery, work, 'application'), work);
          return ack;
        case 'manual-decision':
          return await proveManualDecision(manualDecisionJobs.decode(await unsealJob(delivery, work, kind)), work);
        case 'withdrawal':
          return await signWithdrawal(withdrawalJobs.decode(await unsealJob(delivery, work, kind)), work);
        default:
          return dead('JOB_KIND_UNKNOWN');
      }
    });
  } catch (error) {
    if (error instanceof SealError) return dead(error.code);
    if (error instanceof Groth16Error && error.code === 'QUEUE_FULL') return retry(error.retryAfterMs ?? RETRY_MS);
    if (isPassing(error)) return retry(RETRY_MS);
    work.logger.error('job failed', { stage: kind, attempt: delivery.deliveryCount, error });
    const { id } = delivery.event;
    const count = (failures.get(id) ?? 0) + 1;
    failures.set(id, count);
    if (count < MAX_FAILURES) throw error;
    failures.delete(id);
    return dead('PROVING_FAILED');
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof RpcError) return true;
  return error instanceof KycProverError && (error.code === 'SETS_OUTDATED' || error.code === 'REGISTRY');
}

async function unsealJob(
  { event }: Delivery,
  { sealingKey }: JobContext,
  use: 'application' | 'manual-decision' | 'withdrawal',
): Promise<Uint8Array> {
  return await withSpan('unseal', {}, () => unseal(event.data, use, sealingKey));
}

async function proveApplication(bytes: Uint8Array, work: JobContext): Promise<void> {
  const { applicationId, request } = applicationJobs.decode(bytes);
  const { store, logger } = work;
  try {
    const inForce = await work.registry.inForce(request.scope);
    if (inForce === undefined) throw new IntakeRefusal('NOTHING_IN_FORCE');
    const { application, opening } = resumed(applicationId, work) ?? admit(applicationId, request, inForce, work);
    if (application.state === 'REJECTED') return;
    if (!has(application, 'eligibility')) await proveIntake(application, opening!, inForce, work);
    const admitted = await awaitAdmission(applicationId, work);
    if (admitted.state !== 'REJECTED' && !has(admitted, 'decision')) await proveDecision(admitted, opening!, work);
  } catch (error) {
    if (!(error instanceof IntakeRefusal) && !isUnprovable(error)) throw error;
    const reason = error instanceof IntakeRefusal ? error.reason : 'PROVING_FAILED';
    store.reject(applicationId, request.scope, { reason, code: '' }, captureTrace(context.active()));
    logger.warn('application rejected', { applicationId, reason });
  }
}

function isUnprovable(error: unknown): boolean {
  return error instanceof Groth16Error && (error.code === 'WITNESS_REJECTED' || error.code === 'MALFORMED_INPUT');
}

function has({ statements }: ApplicationRow, kind: string): boolean {
  return statements.some((statement) => statement.kind === kind);
}

/** An application with its opening, read once for both proofs. A rejected one may have none. */
interface Opened {
  readonly application: ApplicationRow;
  readonly opening: ApplicationOpening | undefined;
}

/** An application that an earlier delivery of the job has stored. */
function resumed(id: string, { store }: JobContext): Opened | undefined {
  const application = store.find(id);
  return application && { application, opening: store.opening(id) };
}

/** Reads the request against what is in force, and keeps its opening before anything is proved. */
function admit(id: string, request: gateway.SubmitApplicationRequest, inForce: InForce, { store }: JobContext): Opened {
  const { opening, commitment } = openIntake(request, inForce);
  store.insert(id, request.scope, opening, commitment, captureTrace(context.active()));
  return { application: store.find(id)!, opening };
}

async function proveIntake(
  { id, scope }: ApplicationRow,
  opening: ApplicationOpening,
  inForce: InForce,
  work: JobContext,
): Promise<void> {
  const { store, prover, sets, config } = work;
  const claim = intakeClaim(opening, scope, inForce, sets.current(inForce));
  const envelope = await prover.prove('eligibility', claim, { bank: config.bank, scope }).catch((error: unknown) => {
    // The circuit checks signatures too: what it takes need not be checked here as well.
    if (isUnprovable(error)) checkCredentials(opening);
    throw error;
  });
  const trace = captureTrace(context.active());
  store.addStatement(id, {
    record: { kind: 'eligibility', digest: envelope.digest },
    message: proofMessage({ service: SERVICE, bank: config.bank }, 'eligibility', { envelope, trace }),
    state: 'INTAKE_PROVED',
    eligible: claim.eligible,
  });
}

/**
 * Waits until the archive has decided about the intake: what the decision is held to is fixed by the intake's entry. When
 * the archive is silent for longer, the decision is proved under what is in force now, and waits for its intake there.
 */
async function awaitAdmission(id: string, { store, word }: JobContext): Promise<ApplicationRow> {
  const { digest } = store.find(id)!.statements.find(({ kind }) => kind === 'eligibility')!;
  const isSaid = (): boolean => store.outbox.receipt(digest) !== undefined;
  await withSpan('admission', {}, () => word.wait(digest, isSaid, ADMISSION_WAIT_MS));
  return store.find(id)!;
}

async function proveDecision(
  { id, scope }: ApplicationRow,
  opening: ApplicationOpening,
  work: JobContext,
): Promise<void> {
  const { store, models, prover, config } = work;
  const inForce = await heldTo(store.find(id)!, work);
  if (inForce?.modelCommitment === undefined) throw new IntakeRefusal('NOTHING_IN_FORCE');
  const model = models.find(inForce.modelCommitment);
  if (model === undefined) throw new KycProverError('REGISTRY', "the scope's model is not installed here");
  const eligible = store.eligible(id)!;
  const tallySalt = newTallySalt();
  const { slots: reasons } = declineReasons(opening.applicant.attributes, model.committed.model, inForce);
  const claim = decisionClaim(
    {
      applicant: opening.applicant,
      eligible,
      partitions: inForce.partitions,
      tallyKey: store.tallyKey,
      tallySalt,
      reasons,
    },
    model.committed,
  );
  const envelope = await prover.prove('decision', claim, { bank: config.bank, scope });
  const trace = captureTrace(context.active());
  store.addStatement(id, {
    record: { kind: 'decision', digest: envelope.digest },
    message: proofMessage({ service: SERVICE, bank: config.bank }, 'decision', { envelope, trace }),
    state: 'DECISION_PROVED',
    model: String(model.commitment),
    closing: {
      kind: 'decision',
      outcome: claim.outcome,
      eligible,
      tally: claim.tally,
      tallySalt,
      reasons: claim.outcome === 'declined' ? reasons : [],
    },
  });
}

async function proveManualDecision(
  { applicationId: id, request }: ManualDecisionJob,
  work: JobContext,
): Promise<Outcome> {
  const { store, prover, config } = work;
  const application = store.find(id);
  const decision = application && store.closing(id, 'decision');
  const opening = application && store.opening(id);
  if (application === undefined || decision === undefined || opening === undefined) return dead('APPLICATION_UNKNOWN');
  if (has(application, 'manual-decision')) return ack;
  const approve = request.outcome === gateway.Outcome.APPROVED;
  if (decision.outcome !== 'referred' || (approve && !decision.eligible)) return dead('APPLICATION_STATE');
  const inForce = await heldTo(application, work);
  if (inForce === undefined) return dead('NOTHING_IN_FORCE');
  const reasons = request.reasonAttributes.flatMap((name) => inForce.schema.byName.get(name)?.slot ?? []);
  const tallySalt = newTallySalt();
  const officer = { id: stringId(request.officerId), salt: randomFr() };
  const claim = manualDecisionClaim(
    {
      applicant: opening.applicant,
      eligible: decision.eligible,
      partitions: inForce.partitions,
      tallyKey: store.tallyKey,
      tallySalt,
      reasons,
    },
    { approve, officerId: officer.id, officerSalt: officer.salt },
  );
  const envelope = await prover.prove('manual-decision', claim, { bank: config.bank, scope: application.scope });
  const trace = captureTrace(context.active());
  store.addStatement(id, {
    record: { kind: 'manual-decision', digest: envelope.digest },
    message: proofMessage({ service: SERVICE, bank: config.bank }, 'manual-decision', { envelope, trace }),
    state: 'MANUAL_DECISION_PROVED',
    closing: {
      kind: 'manual-decision',
      outcome: claim.outcome,
      eligible: decision.eligible,
      tally: claim.tally,
      tallySalt,
      reasons,
      officer,
    },
  });
  return ack;
}

const WITHDRAWALS: Readonly<Record<number, WithdrawalReason>> = {
  [gateway.WithdrawalReason.BY_APPLICANT]: 'applicant-withdrew',
  [gateway.WithdrawalReason.INCOMPLETE]: 'incomplete',
  [gateway.WithdrawalReason.DUPLICATE]: 'duplicate',
};

async function signWithdrawal({ applicationId: id, request }: WithdrawalJob, work: JobContext): Promise<Outcome> {
  const { store, signer, config } = work;
  const application = store.find(id);
  const reason = WITHDRAWALS[request.reason];
  if (application?.commitment === undefined || reason === undefined) return dead('APPLICATION_UNKNOWN');
  if (has(application, 'withdrawal')) return ack;
  const envelope = await sealEnvelope(
    {
      type: 'withdrawal',
      bank: bankOfScope(application.scope),
      scope: application.scope,
      applicantCommitment: fr(BigInt(application.commitment)),
      reason,
    },
    new Uint8Array(),
    signer,
  );
  const trace = captureTrace(context.active());
  store.addStatement(id, {
    record: { kind: 'withdrawal', digest: envelope.digest },
    message: proofMessage({ service: SERVICE, bank: config.bank }, 'withdrawal', { envelope, trace }),
    state: 'WITHDRAWAL_SIGNED',
  });
  return ack;
}
