import { statement as contract, gateway, prover } from '@assay/contracts';
import { Groth16Error } from '@assay/groth16';
import { FieldViolations, type Handlers, RpcError, type ServedService, serve } from '@assay/rpc';
import { type PublicSealingKey, SealError } from '@assay/seal';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import type { ApplicationRow, ApplicationStore, Rejection, StatementRecord } from './application-store.ts';
import { decisionNotice, type NoticeContext } from './decision-notice.ts';
import { installModel } from './install-model.ts';
import type { InstallProgress } from './install-progress.ts';
import { sumWindow } from './sum-window.ts';

/** What the service's methods work with. */
export interface KycServiceContext extends NoticeContext {
  /** What can be proved here. */
  readonly circuits: ReadonlySet<string>;
  readonly sealingKey: PublicSealingKey;
  readonly fairnessKey: PublicSealingKey;
  readonly installations: InstallProgress;
}

const STATES: Readonly<Record<ApplicationRow['state'], gateway.ApplicationState>> = {
  SUBMITTED: gateway.ApplicationState.SUBMITTED,
  INTAKE_PROVED: gateway.ApplicationState.INTAKE_PROVED,
  DECISION_PROVED: gateway.ApplicationState.DECISION_PROVED,
  MANUAL_DECISION_PROVED: gateway.ApplicationState.MANUAL_DECISION_PROVED,
  WITHDRAWAL_SIGNED: gateway.ApplicationState.WITHDRAWAL_SIGNED,
  REJECTED: gateway.ApplicationState.REJECTED,
};

const KINDS: Readonly<Record<StatementRecord['kind'], contract.StatementKind>> = {
  eligibility: contract.StatementKind.ELIGIBILITY,
  decision: contract.StatementKind.DECISION,
  'manual-decision': contract.StatementKind.MANUAL_DECISION,
  // A withdrawal is an entry without a proof: no statement.
  withdrawal: contract.StatementKind.UNSPECIFIED,
};

/** When a caller may come again while too many notices wait for a proof. */
const NOTICE_RETRY_MS = 2_000;
/** Applications that one call may name. */
const MAX_DECISIONS = 256;

type Service = typeof prover.KycProverServiceService;

/** The methods beside the jobs. */
export function kycService(context: KycServiceContext): ServedService {
  const { store, sealingKey, fairnessKey, envelopeKey, installations } = context;
  const handlers: Handlers<Service> = {
    installModel: (requests) => installModel(requests, context),
    getInstallProgress: async ({ installationId }) => ({ progress: installations.of(installationId) }),
    getDecision: async ({ applicationId }) => {
      const application = store.find(applicationId);
      if (application === undefined)
        throw new RpcError('NOT_FOUND', 'no such application', { reason: 'APPLICATION_UNKNOWN' });
      return decisionMessage(store, application);
    },
    listDecisions: async (request) => ({
      decisions: namedApplications(store, request).map((application) => decisionMessage(store, application)),
    }),
    getDecisionNotice: async ({ applicationId }) => ({ notice: await decisionNotice(applicationId, context) }),
    sumWindow: (requests) => sumWindow(requests, store, fairnessKey),
    getPublicKey: async () => ({ sealingJwk: new TextEncoder().encode(JSON.stringify(sealingKey)), envelopeKey }),
  };
  return serve(prover.KycProverServiceService, handlers);
}

/** What callers see of this service's own errors. */
export function mapError(error: unknown): RpcError | undefined {
  if (error instanceof SealError)
    return new RpcError('INVALID_ARGUMENT', error.message, { reason: error.code, cause: error });
  if (error instanceof Groth16Error && error.code === 'QUEUE_FULL')
    return new RpcError('RESOURCE_EXHAUSTED', 'too many notices are being made', {
      reason: error.code,
      retryDelayMs: error.retryAfterMs ?? NOTICE_RETRY_MS,
      cause: error,
    });
  return undefined;
}

function namedApplications(
  store: ApplicationStore,
  { applicationIds, statementDigests }: prover.ListDecisionsRequest,
): readonly ApplicationRow[] {
  const violations = new FieldViolations();
  const named = applicationIds.length + statementDigests.length;
  violations.require(named <= MAX_DECISIONS, 'application_ids', `must be at most ${MAX_DECISIONS}, with the digests`);
  violations.throwIfAny();
  const found = [
    ...applicationIds.map((id) => store.find(id)),
    ...statementDigests.map((digest) => store.findByStatement(bytesToHex(digest))),
  ].filter((application) => application !== undefined);
  return [...new Map(found.map((application) => [application.id, application])).values()];
}

function decisionMessage(store: ApplicationStore, application: ApplicationRow): prover.GetDecisionResponse {
  const { id, state, commitment, model, statements, rejection } = application;
  return {
    applicationId: id,
    state: STATES[state],
    outcome: outcomeOf(store, id),
    applicantCommitment: commitment ?? '',
    modelCommitment: model ?? '',
    statements: statements.map(({ kind, digest }) => ({
      kind: KINDS[kind],
      digest: hexToBytes(digest),
      result: contract.ArchiveResult.UNSPECIFIED,
      failedCheck: '',
      code: '',
    })),
    reasonAttributes: [],
    rejection: rejection && rejectionMessage(rejection),
  };
}

/** The last decision counts: a person's after the model's. */
function outcomeOf(store: ApplicationStore, id: string): gateway.Outcome {
  const closing = store.closing(id, 'manual-decision') ?? store.closing(id, 'decision');
  if (closing === undefined) return gateway.Outcome.UNSPECIFIED;
  if (!closing.eligible) return gateway.Outcome.INELIGIBLE;
  return {
    approved: gateway.Outcome.APPROVED,
    declined: gateway.Outcome.DECLINED,
    referred: gateway.Outcome.REFERRED,
  }[closing.outcome];
}

function rejectionMessage({ reason, code }: Rejection): gateway.Rejection {
  const name = reason as keyof typeof gateway.RejectionReason;
  return { reason: gateway.RejectionReason[name] ?? gateway.RejectionReason.UNSPECIFIED, failedCheck: '', code };
}
