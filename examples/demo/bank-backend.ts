import { performance } from 'node:perf_hooks';
import { nativeEd25519 } from '@assay/archive';
import { type GatewayClient, gateway, RpcError, statement, type VerifierClient } from '@assay/client';
import type { IssuerTool } from '@assay/deployment';
import type { Schema } from '@assay/schema';
import type { ReasonsDocument } from '@assay/statements';
import { withSpan } from '@assay/telemetry';
import { leafHash, parseVerifierKey, verifyTlogProof } from '@assay/tlog';
import { decodeEntry, type Trust } from '@assay/verify';
import { trace } from '@opentelemetry/api';
import type { DemoApplicant, ModelFile } from './dataset.ts';

/** An application that came to its end, or to a person. */
export interface Settled {
  readonly applicant: DemoApplicant;
  readonly application: gateway.Application;
  /** What the applicant knows, and the notice is checked with. */
  readonly subject: bigint;
  /** The trace of the bank's call, hex. */
  readonly traceId: string;
  /** From the call to the checked receipt of the decision. */
  readonly latencyMs: number;
}

/** What the bank's backend works with. */
export interface BankContext {
  readonly gateway: GatewayClient;
  readonly verifier: VerifierClient;
  readonly trust: Trust;
  readonly issuerTool: IssuerTool;
  readonly bank: string;
  readonly scope: string;
  readonly schema: Schema;
}

const SETTLE_MS = 10 * 60_000;
const OPERATION_MS = 5 * 60_000;
/** Applications that the bank has under way at once. */
export const IN_FLIGHT = 2;

/** Uploads the model and waits until its conformance statement is archived. */
export async function registerModel(
  { gateway: client, scope, schema }: BankContext,
  { registration, onnx }: Pick<ModelFile, 'registration' | 'onnx'>,
  reasons: ReasonsDocument,
): Promise<gateway.RegisteredModel> {
  const { name, version, approveLabel, cutoff, inputs = [] } = registration;
  const started = await client.registerModel({
    requestId: `model-${name}-${version}`,
    onnx,
    reasons,
    model: {
      name,
      version,
      scope,
      schemaId: String(schema.id),
      approveLabel,
      cutoff:
        'probability' in cutoff
          ? { $case: 'probability', value: cutoff.probability }
          : { $case: 'rawScore', value: cutoff.score },
      inputs: [...inputs],
    },
  });
  return await client.registeredModel(started, OPERATION_MS);
}

/** Submits every applicant, a few at a time, and gives them in the same order when each is settled. */
export async function submitAll(
  context: BankContext,
  applicants: readonly DemoApplicant[],
  onSettled: (settled: Settled) => void = () => undefined,
): Promise<Settled[]> {
  const results: Settled[] = [];
  const queue = applicants.entries();
  const worker = async (): Promise<void> => {
    for (const [i, applicant] of queue) {
      results[i] = await submit(context, applicant);
      onSettled(results[i]);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return results;
}

/** One application from the bank's call to the checked receipt of its decision. */
export async function submit(context: BankContext, applicant: DemoApplicant): Promise<Settled> {
  return await settle(context, await send(context, applicant));
}

/** An application that the gateway has taken: durable, and not settled yet. */
export interface Sent extends Omit<Settled, 'latencyMs'> {
  /** When the call was made, by `performance.now()`. */
  readonly sentAt: number;
}

/** The bank's call alone. */
export async function send({ gateway: client, ...context }: BankContext, applicant: DemoApplicant): Promise<Sent> {
  const { issuerTool, schema, bank, scope } = context;
  const { identity, messages, declared } = issuerTool.issue(applicant, schema, bank);
  const sentAt = performance.now();
  return await withSpan('application', { attributes: { 'assay.bank': bank } }, async () => ({
    applicant,
    subject: identity.subject,
    sentAt,
    application: await patiently(() =>
      client.submitApplication({
        requestId: `apply-${applicant.id}`,
        scope,
        ordinal: 0,
        declared,
        identityCredential: messages.identity,
        financialCredential: messages.financial,
      }),
    ),
    traceId: trace.getActiveSpan()?.spanContext().traceId ?? '',
  }));
}

/** Waits until an application is settled, and checks the receipt of its decision. */
export async function settle(context: BankContext, { sentAt, ...sent }: Sent): Promise<Settled> {
  const { applicationId } = sent.application;
  const application = await context.gateway.settledApplication(applicationId, { deadlineMs: SETTLE_MS });
  const decision = application.statements.findLast(({ kind }) => kind === statement.StatementKind.DECISION);
  if (decision !== undefined) await checkReceipt(context, decision.digest);
  return { ...sent, application, latencyMs: performance.now() - sentAt };
}

/** An officer decides a referred application; gives it when the manual decision is archived. */
export async function decideReferred(
  { gateway: client }: BankContext,
  { application: { applicationId } }: Settled,
  decision: { readonly approve: boolean; readonly reasons?: readonly string[] },
): Promise<gateway.Application> {
  await patiently(() =>
    client.decideReferred({
      requestId: `officer-${applicationId}`.slice(0, 64),
      applicationId,
      officerId: 'officer-17',
      outcome: decision.approve ? gateway.Outcome.APPROVED : gateway.Outcome.DECLINED,
      reasonAttributes: [...(decision.reasons ?? [])],
    }),
  );
  return await final(client, applicationId);
}

/** Withdraws an application; gives it when the withdrawal is archived. */
export async function withdraw(
  { gateway: client }: BankContext,
  { application: { applicationId } }: Settled,
): Promise<gateway.Application> {
  await patiently(() =>
    client.withdrawApplication({
      requestId: `withdraw-${applicationId}`.slice(0, 64),
      applicationId,
      reason: gateway.WithdrawalReason.BY_APPLICANT,
    }),
  );
  return await final(client, applicationId);
}

/** Asks for the fairness statement of a window and waits until it is archived. */
export async function proveFairness(
  { gateway: client, scope }: BankContext,
  number: number,
  manualOnly = false,
): Promise<gateway.WindowFairness> {
  const started = await patiently(() =>
    client.requestFairness({
      requestId: `fairness-${number}${manualOnly ? '-manual' : ''}`,
      scope,
      number,
      manualOnly,
    }),
  );
  return await client.windowFairness(started, OPERATION_MS);
}

/** Checks an envelope's receipt as a bank keeps it: its entry is in a log whose head the log's key signed. @throws TlogError, VerifyError */
export async function checkReceipt({ verifier, trust }: BankContext, digest: Uint8Array): Promise<number> {
  const { receipt, entry } = await verifier.getReceipt({ digest });
  if (decodeEntry(entry).payload.sha256 !== Buffer.from(digest).toString('hex'))
    throw new Error('the verifier gave the receipt of another envelope');
  const { verifierKey, origin } = trust.log;
  return verifyTlogProof(receipt, leafHash(entry), { origin, logKeys: [parseVerifierKey(verifierKey, nativeEd25519)] })
    .index;
}

async function final(client: GatewayClient, applicationId: string): Promise<gateway.Application> {
  let last: gateway.Application | undefined;
  for await (const application of client.watchApplication(applicationId, { deadlineMs: SETTLE_MS })) last = application;
  if (last === undefined) throw new Error('the watch ended without an application');
  return last;
}

/** Comes back after as long as the server says while it is out of resources. */
async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof RpcError) || error.code !== 'RESOURCE_EXHAUSTED') throw error;
      await new Promise((resolve) => setTimeout(resolve, error.retryDelayMs ?? 1000));
    }
  }
}
