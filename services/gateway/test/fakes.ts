import { gateway, model, operation as operations, prover, statement, verifier } from '@assay/contracts';
import { type Handlers, RpcError, RpcServer, type ServedService, serve } from '@assay/rpc';
import { generateSealingKey, publicSealingKey, type SealingKey } from '@assay/seal';

type Kyc = Handlers<typeof prover.KycProverServiceService>;
type Fairness = Handlers<typeof prover.FairnessProverServiceService>;
type Archive = Handlers<typeof verifier.VerifierServiceService>;
type Registry = Handlers<typeof verifier.RegistryServiceService>;

/** Serves the other services' ends, as far as the gateway sees them; tests set what they know. */
export class Fakes {
  /** Cleared to make every service behind the gateway unavailable. */
  available = true;
  readonly kycKey: SealingKey;
  readonly decisions = new Map<string, prover.GetDecisionResponse>();
  readonly notices = new Map<string, prover.GetDecisionNoticeResponse>();
  noticeError: RpcError | undefined;
  /** ONNX files that were installed. */
  readonly installed: { readonly header: prover.InstallModelHeader; readonly file: Buffer }[] = [];
  installError: RpcError | undefined;
  /** While it is set, installations do not come to an end, and are so far. */
  installing: { readonly progress: operations.OperationProgress; readonly over: Promise<void> } | undefined;
  /** Installations whose progress was asked for. */
  readonly progressAsked = new Set<string>();
  /** Applicants that were summed. */
  readonly summed: { readonly header: prover.SumWindowHeader; readonly applicants: readonly string[] }[] = [];
  /** The fairness prover's operations, by request id. */
  readonly proofs = new Map<string, prover.Operation>();
  readonly conformanceRequests: prover.ProveConformanceRequest[] = [];
  readonly fairnessRequests: prover.ProveFairnessRequest[] = [];
  registrations: readonly verifier.Registration[] | undefined;
  readonly windows = new Map<number, verifier.Window>();
  closings: verifier.Closing[] = [];
  readonly #server: RpcServer;

  private constructor(kycKey: SealingKey) {
    this.kycKey = kycKey;
    this.#server = new RpcServer({
      services: [this.#kyc(), this.#fairness(), this.#archive(), this.#registry()],
      security: { kind: 'insecure-loopback' },
      limits: { maxReceiveBytes: 16 << 20 },
    });
  }

  static async create(): Promise<Fakes> {
    return new Fakes(await generateSealingKey());
  }

  async listen(): Promise<string> {
    const { host, port } = await this.#server.listen('127.0.0.1:0');
    return `${host}:${port}`;
  }

  async close(): Promise<void> {
    await this.#server.drain(0);
  }

  #kyc(): ServedService {
    return serve(prover.KycProverServiceService, {
      ...refusing<Kyc>(prover.KycProverServiceService),
      getPublicKey: async () => this.#answer({ sealingJwk: jwk(publicSealingKey(this.kycKey)), envelopeKey: EMPTY }),
      listDecisions: async (request) => this.#answer({ decisions: this.#decisionsNamed(request) }),
      getDecisionNotice: async ({ applicationId }) => {
        if (this.noticeError !== undefined) throw this.noticeError;
        return this.#answer(this.notices.get(applicationId));
      },
      installModel: async (requests) => {
        this.#answer(true);
        const { header, rest } = await collected(requests);
        await this.installing?.over;
        if (this.installError !== undefined) throw this.installError;
        const chunks = rest.map((payload) => (payload?.$case === 'chunk' ? payload.value : EMPTY));
        this.installed.push({ header, file: Buffer.concat(chunks) });
        const uploaded = Buffer.from(header.model?.reasonsDocument ?? EMPTY).toString();
        const registeredReasons = uploaded === '' ? '' : `{"document":${uploaded}}`;
        const known = model.ModelReport.fromPartial({ modelCommitment: '4711', registeredReasons });
        const report = { ...known, attributes: ['income'] };
        return { report, sealedConformance: Buffer.from('sealed-conformance') };
      },
      getInstallProgress: async ({ installationId }) => {
        this.progressAsked.add(installationId);
        return this.#answer({ progress: this.installing?.progress });
      },
      sumWindow: async (requests) => {
        this.#answer(true);
        let header: prover.SumWindowHeader | undefined;
        const applicants: string[] = [];
        for await (const { payload } of requests) {
          if (payload?.$case === 'header') header = payload.value;
          if (payload?.$case !== 'applicants') continue;
          applicants.push(...payload.value.commitments.map((bytes) => String(BigInt(`0x${hex(bytes)}`))));
        }
        this.summed.push({ header: header!, applicants });
        return { sealedSums: Buffer.from('sealed-sums') };
      },
    });
  }

  #fairness(): ServedService {
    const started = (requestId: string): prover.Operation => {
      const running = { operationId: `proof-${requestId}`, state: operations.OperationState.RUNNING };
      const operation = this.proofs.get(requestId) ?? prover.Operation.fromPartial({ status: running });
      this.proofs.set(requestId, operation);
      return operation;
    };
    return serve(prover.FairnessProverServiceService, {
      ...refusing<Fairness>(prover.FairnessProverServiceService),
      getPublicKey: async () => this.#answer({ sealingJwk: Buffer.from('fairness-jwk'), envelopeKey: EMPTY }),
      proveConformance: async (request) => {
        this.conformanceRequests.push(this.#answer(request));
        return { operation: started(request.requestId) };
      },
      proveFairness: async (request) => {
        this.fairnessRequests.push(this.#answer(request));
        return { operation: started(request.requestId) };
      },
      getOperation: async ({ operationId }) => ({
        operation: this.#answer(this.proofs.get(operationId.replace('proof-', ''))),
      }),
    });
  }

  #archive(): ServedService {
    return serve(verifier.VerifierServiceService, {
      ...refusing<Archive>(verifier.VerifierServiceService),
      getWindow: async ({ number }) => ({ window: this.#answer(this.windows.get(number)) }),
      listWindows: async ({ pageToken, states }) => {
        if (pageToken !== '') throw new RpcError('INVALID_ARGUMENT', 'no such page');
        const windows = [...this.windows.values()].filter(({ state }) => states.length === 0 || states.includes(state));
        return this.#answer({ windows, nextPageToken: '' });
      },
      listClosings: async ({ pageToken, manualOnly }) => {
        const { MANUAL_DECISION } = verifier.ClosingKind;
        const all = this.closings.filter(({ kind }) => !manualOnly || kind === MANUAL_DECISION);
        const from = Number(pageToken);
        const next = from + 2;
        return this.#answer({
          closings: all.slice(from, next),
          nextPageToken: next < all.length ? String(next) : '',
        });
      },
    });
  }

  #registry(): ServedService {
    return serve(verifier.RegistryServiceService, {
      ...refusing<Registry>(verifier.RegistryServiceService),
      getInForce: async () => {
        const registrations = this.#answer(this.registrations);
        return { registrations, registryHead: new Uint8Array(32), atIndex: 0n };
      },
    });
  }

  #answer<T>(value: T | undefined): T {
    if (!this.available) throw new RpcError('UNAVAILABLE', 'away');
    if (value === undefined) throw new RpcError('NOT_FOUND', 'no such thing');
    return value;
  }

  #decisionsNamed({ applicationIds, statementDigests }: prover.ListDecisionsRequest): prover.GetDecisionResponse[] {
    const digests = new Set(statementDigests.map(hex));
    return [...this.decisions.values()].filter(
      ({ applicationId, statements }) =>
        applicationIds.includes(applicationId) || statements.some(({ digest }) => digests.has(hex(digest))),
    );
  }

  /** Ends a proof of the fairness prover. */
  prove(requestId: string, proved: prover.ProvedStatement): void {
    const status = { operationId: `proof-${requestId}`, state: operations.OperationState.SUCCEEDED };
    this.proofs.set(requestId, { ...prover.Operation.fromPartial({ status }), proved });
  }

  /** Says how far the KYC prover is with an application. */
  decide(applicationId: string, decision: Partial<prover.GetDecisionResponse>): void {
    const before = this.decisions.get(applicationId) ?? prover.GetDecisionResponse.fromPartial({ applicationId });
    this.decisions.set(applicationId, { ...before, ...decision });
  }
}

const EMPTY = new Uint8Array();

/** A statement as the prover knows it. */
export function made(kind: statement.StatementKind, digest: string): statement.StatementReference {
  return statement.StatementReference.fromPartial({ kind, digest: Buffer.from(digest, 'hex') });
}

function refusing<H>(service: object): H {
  const refuse = async (): Promise<never> => {
    throw new RpcError('UNIMPLEMENTED', 'not served in this test');
  };
  return Object.fromEntries(Object.keys(service).map((name) => [name, refuse])) as unknown as H;
}

async function collected(requests: AsyncIterable<prover.InstallModelRequest>) {
  let header: prover.InstallModelHeader | undefined;
  const rest: prover.InstallModelRequest['payload'][] = [];
  for await (const { payload } of requests) {
    if (payload?.$case === 'header') header = payload.value;
    else rest.push(payload);
  }
  return { header: header!, rest };
}

function jwk(key: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(key));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Shortens the states' names in tests. */
export const STATES = gateway.ApplicationState;
