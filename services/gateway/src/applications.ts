import { randomUUID } from 'node:crypto';
import { captureTrace, jobSubject } from '@assay/bus';
import { gateway } from '@assay/contracts';
import { inTransaction, type NewMessage } from '@assay/outbox';
import { type Call, FieldViolations, RpcError } from '@assay/rpc';
import { applicationJobs, manualDecisionJobs, type SealedUse, seal, withdrawalJobs } from '@assay/seal';
import { withSpan } from '@assay/telemetry';
import { context } from '@opentelemetry/api';
import { type Application, hasOpenIntake, isFinal } from './application.ts';
import { applicationMessage } from './application-message.ts';
import type { ApplicationStore } from './application-store.ts';
import type { Changes } from './changes.ts';
import type { Clients } from './clients.ts';
import type { Database } from './database.ts';
import type { ProverKeys } from './prover-keys.ts';
import type { RequestIdentity, RequestLedger } from './request-ledger.ts';
import type { ScopeReader } from './scope-rules.ts';
import { checkRequestId, validateAgainstSchema, validateApplication } from './validate-application.ts';

/** What applications are served with. */
export interface ApplicationsOptions {
  readonly database: Database;
  readonly store: ApplicationStore;
  readonly requests: RequestLedger;
  readonly keys: ProverKeys;
  readonly kyc: Clients['kyc'];
  readonly scopes: ScopeReader;
  readonly changes: Changes;
  readonly bank: string;
  readonly maxInFlight: number;
}

/** When a caller may come again while too many applications wait. */
const FULL_RETRY_MS = 2_000;
const { ADMITTED, CLOSED, REFERRED, REJECTED } = gateway.ApplicationState;
const { APPROVED, DECLINED } = gateway.Outcome;

/** The gateway's methods on applications. */
export class Applications {
  readonly #options: ApplicationsOptions;

  constructor(options: ApplicationsOptions) {
    this.#options = options;
  }

  /** Accepts an application: it and its sealed job are on disk when this resolves. */
  async submit(request: gateway.SubmitApplicationRequest): Promise<gateway.Application> {
    const { store, requests, scopes, bank, maxInFlight } = this.#options;
    validateApplication(request, bank);
    const content = gateway.SubmitApplicationRequest.encode(request).finish();
    const identity = requests.identify(request.requestId, 'SubmitApplication', content);
    const before = requests.target(identity);
    if (before !== undefined) return this.#message(store.find(before)!);
    const rules = await scopes.rules(request.scope);
    if (rules !== undefined) validateAgainstSchema(request, rules.schema);
    if (store.inFlight() >= maxInFlight) {
      throw new RpcError('RESOURCE_EXHAUSTED', 'too many applications wait for a prover', {
        reason: 'QUEUE_FULL',
        retryDelayMs: FULL_RETRY_MS,
      });
    }
    const id = randomUUID();
    const job = await this.#seal(id, 'application', applicationJobs.encode({ applicationId: id, request }));
    const { requestId, scope, ordinal } = request;
    const trace = captureTrace(context.active());
    const application = this.#once(identity, id, () => {
      store.insert({ id, requestId, scope, ordinal, trace });
      this.#options.database.outbox.enqueue({ ...job, id });
    });
    this.#options.changes.changed('submitted');
    return this.#message(application);
  }

  /** Reads an application. @throws RpcError `NOT_FOUND` */
  get(id: string): gateway.Application {
    return this.#message(this.#find(id));
  }

  /** An application as it is, then each change, until it is final. @throws RpcError `NOT_FOUND`; `UNAVAILABLE` when the gateway drains */
  async *watch(
    id: string,
    { signal, draining }: Pick<Call, 'signal' | 'draining'>,
  ): AsyncGenerator<gateway.Application> {
    const ended = AbortSignal.any([signal, draining]);
    let seen = 0;
    for (;;) {
      const changed = this.#options.changes.next(id, ended);
      const application = this.#find(id);
      if (application.version !== seen) yield this.#message(application);
      seen = application.version;
      if (isFinal(application)) return;
      await changed;
      ended.throwIfAborted();
    }
  }

  /** The notice of a closed application, as the prover makes it. @throws RpcError `NOT_FOUND`, `FAILED_PRECONDITION` */
  async notice(id: string, { deadline, signal }: Pick<Call, 'deadline' | 'signal'>): Promise<Uint8Array> {
    requireState(this.#find(id), [CLOSED]);
    const deadlineMs = Math.max(1, deadline.getTime() - Date.now());
    try {
      const { call } = this.#options.kyc;
      return (await call.getDecisionNotice({ applicationId: id }, { deadlineMs, signal })).notice;
    } catch (error) {
      if (!(error instanceof RpcError) || error.code !== 'FAILED_PRECONDITION') throw error;
      throw new RpcError('FAILED_PRECONDITION', 'the prover cannot make the notice', {
        reason: error.reason,
        cause: error,
      });
    }
  }

  /** Passes a person's decision on to the prover. */
  async decide(request: gateway.DecideReferredRequest): Promise<gateway.Application> {
    const { requestId, applicationId, officerId, outcome, reasonAttributes: reasons } = request;
    const violations = new FieldViolations();
    checkRequestId(requestId, violations);
    violations.require(officerId.length >= 1 && officerId.length <= 128, 'officer_id', 'must have 1 to 128 characters');
    const decided = outcome === APPROVED || outcome === DECLINED;
    violations.require(decided, 'outcome', 'must be OUTCOME_APPROVED or OUTCOME_DECLINED');
    const reasoned = outcome === DECLINED ? reasons.length >= 1 && reasons.length <= 4 : reasons.length === 0;
    violations.require(
      reasoned && new Set(reasons).size === reasons.length,
      'reason_attributes',
      'must name 1 to 4 attributes, each once, for a declined application, and none otherwise',
    );
    violations.throwIfAny();
    const content = gateway.DecideReferredRequest.encode(request).finish();
    return await this.#passOn(requestId, 'DecideReferred', content, applicationId, {
      use: 'manual-decision',
      allowed: () => [REFERRED],
      plain: manualDecisionJobs.encode({ applicationId, request }),
      check: (application) => this.#checkReasons(application, reasons),
    });
  }

  /** Passes a withdrawal on to be signed. */
  async withdraw(request: gateway.WithdrawApplicationRequest): Promise<gateway.Application> {
    const { requestId, applicationId, reason } = request;
    const violations = new FieldViolations();
    checkRequestId(requestId, violations);
    const { BY_APPLICANT, INCOMPLETE, DUPLICATE } = gateway.WithdrawalReason;
    const known = reason === BY_APPLICANT || reason === INCOMPLETE || reason === DUPLICATE;
    violations.require(known, 'reason', 'must be a reason');
    violations.throwIfAny();
    const { store } = this.#options;
    const content = gateway.WithdrawApplicationRequest.encode(request).finish();
    return await this.#passOn(requestId, 'WithdrawApplication', content, applicationId, {
      use: 'withdrawal',
      // The closing of a rejected application will not come: its intake would leave the window incomplete for good.
      allowed: () => [ADMITTED, REFERRED, ...(hasOpenIntake(store.statements(applicationId)) ? [REJECTED] : [])],
      plain: withdrawalJobs.encode({ applicationId, request }),
      check: async () => undefined,
    });
  }

  async #passOn(
    requestId: string,
    method: string,
    content: Uint8Array,
    id: string,
    job: {
      readonly use: 'manual-decision' | 'withdrawal';
      readonly allowed: () => readonly gateway.ApplicationState[];
      readonly plain: Uint8Array;
      readonly check: (application: Application) => Promise<void>;
    },
  ): Promise<gateway.Application> {
    const { store, requests, database, changes } = this.#options;
    const identity = requests.identify(requestId, method, content);
    const before = requests.target(identity);
    if (before !== undefined) return this.#message(store.find(before)!);
    const application = this.#find(id);
    requireState(application, job.allowed());
    await job.check(application);
    const message = await this.#seal(id, job.use, job.plain);
    const changed = this.#once(identity, id, () => {
      // It may have moved on while the job was sealed.
      const current = this.#find(id);
      requireState(current, job.allowed());
      const pending = `${job.use}.${current.version}`;
      store.change(id, { pending });
      database.outbox.enqueue({ ...message, id: `${id}.${pending}` });
    });
    changes.changed(id);
    changes.changed('submitted');
    return this.#message(changed);
  }

  /** Does what a request asks for, once: in one transaction with the note that it was done. */
  #once(identity: RequestIdentity, id: string, work: () => void): Application {
    const { database, requests, store } = this.#options;
    return inTransaction(database.db, () => {
      const before = requests.target(identity);
      if (before !== undefined) return store.find(before)!;
      work();
      requests.record(identity, id);
      return store.find(id)!;
    });
  }

  async #seal(id: string, use: SealedUse, plain: Uint8Array): Promise<Omit<NewMessage, 'id'>> {
    const { keys, bank } = this.#options;
    const key = await keys.kycSealingKey();
    return await withSpan('seal', { attributes: { 'assay.application_id': id } }, async () => {
      const trace = captureTrace(context.active());
      return {
        subject: jobSubject(bank, use),
        source: `urn:assay:gateway:${bank}`,
        type: 'urn:assay:job:v1',
        contentType: 'application/jose',
        about: id,
        data: await seal(plain, use, key),
        ...(trace && { traceContext: trace }),
      };
    });
  }

  async #checkReasons({ scope }: Application, reasons: readonly string[]): Promise<void> {
    const rules = reasons.length === 0 ? undefined : await this.#options.scopes.rules(scope);
    if (rules === undefined) return;
    const violations = new FieldViolations();
    reasons.forEach((name, i) => {
      const known = rules.schema.byName.has(name);
      violations.require(known, `reason_attributes[${i}]`, "must be an attribute of the scope's schema");
    });
    violations.throwIfAny();
  }

  #find(id: string): Application {
    const application = this.#options.store.find(id);
    if (application === undefined) throw new RpcError('NOT_FOUND', 'no such application');
    return application;
  }

  #message(application: Application): gateway.Application {
    return applicationMessage(application, this.#options.store.statements(application.id));
  }
}

function requireState({ state, pending }: Application, allowed: readonly gateway.ApplicationState[]): void {
  if (pending !== undefined) {
    throw new RpcError('FAILED_PRECONDITION', 'a request about this application is being carried out', {
      reason: 'REQUEST_IN_PROGRESS',
    });
  }
  if (allowed.includes(state)) return;
  throw new RpcError('FAILED_PRECONDITION', 'the application is not in a state that allows this', {
    reason: 'APPLICATION_STATE',
  });
}
