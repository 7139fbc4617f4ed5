import { gateway, type statement, type window } from '@assay/contracts';
import { type CallOptions, type ClientOptions, createClient, type RpcClient, RpcError } from '@assay/rpc';
import { isFinal, isSettled } from './applications.ts';
import { ClientError, present } from './error.ts';
import { type ModelUpload, modelUpload } from './model-upload.ts';
import { waitForOperation } from './operations.ts';
import { pages } from './pages.ts';
import { resuming } from './resuming.ts';

const { SubscribeEventsRequest_Start } = gateway;
type Service = typeof gateway.GatewayServiceService;

/** Names a window. */
export interface WindowName {
  /** `bank/product/period`. */
  readonly scope: string;
  /** Number of its last slot. */
  readonly number: number;
}

/** Where a subscription starts: after the message with a token, with the first event kept, or with the next. */
export type EventPosition = { readonly resumeToken: string } | 'earliest' | 'latest';

/** An event with the position behind it. */
export interface ReceivedEvent {
  readonly event: gateway.Event;
  /** Store it with what the event caused: subscribing with it continues after this event. */
  readonly resumeToken: string;
}

/** What a subscription may say. */
export interface SubscribeOptions {
  /** Only statements of these kinds; empty or absent: all. */
  readonly kinds?: readonly statement.StatementKind[];
  /** Ends the subscription. */
  readonly signal?: AbortSignal;
}

/** What a watch says. */
export interface WatchOptions {
  /** Milliseconds for all of it, reconnections included. */
  readonly deadlineMs: number;
  /** Ends the watch. */
  readonly signal?: AbortSignal;
}

/** One connection's stream of events; then it is opened anew, so that load can move between gateways. */
const SUBSCRIPTION_DEADLINE_MS = 10 * 60_000;
/** Three heartbeats. */
const SUBSCRIPTION_SILENCE_MS = 45_000;

/**
 * A bank backend's client of the gateway. Calls fail with `RpcError`, which names the fields that were wrong; every call
 * has a deadline; what the contract says may be repeated is.
 */
export class GatewayClient implements Disposable {
  readonly #client: RpcClient<Service>;

  /** @throws RpcError for an insecure address beyond this machine */
  constructor(options: ClientOptions) {
    this.#client = createClient(gateway.GatewayServiceService, options);
  }

  /** The service's methods one to one. */
  get call(): RpcClient<Service>['call'] {
    return this.#client.call;
  }

  /** Waits until there is a connection. @throws RpcError `UNAVAILABLE` */
  ready(deadlineMs: number): Promise<void> {
    return this.#client.ready(deadlineMs);
  }

  /** Uploads an ONNX file and starts its registration. @throws ClientError `UPLOAD_REFUSED` */
  async registerModel(upload: ModelUpload, options?: CallOptions): Promise<gateway.Operation> {
    const { operation } = await this.call.registerModel(modelUpload(upload), options);
    return present(operation, 'operation');
  }

  /** Waits for a model's registration. @throws ClientError `OPERATION_FAILED`, `TIMEOUT` */
  async registeredModel(started: gateway.Operation, timeoutMs: number): Promise<gateway.RegisteredModel> {
    const { result } = await this.#finished(started, timeoutMs);
    return present(result?.$case === 'registeredModel' ? result.value : undefined, 'registered model');
  }

  /** Submits an application; it is durable when this returns. */
  async submitApplication(
    request: gateway.SubmitApplicationRequest,
    options?: CallOptions,
  ): Promise<gateway.Application> {
    return present((await this.call.submitApplication(request, options)).application, 'application');
  }

  /** Reads an application. */
  async getApplication(applicationId: string, options?: CallOptions): Promise<gateway.Application> {
    return present((await this.call.getApplication({ applicationId }, options)).application, 'application');
  }

  /**
   * The application as it is, then each change, until it is final; reconnects by itself.
   *
   * @throws ClientError `TIMEOUT` when the time is over before
   */
  async *watchApplication(
    applicationId: string,
    { deadlineMs, signal }: WatchOptions,
  ): AsyncGenerator<gateway.Application> {
    const end = Date.now() + deadlineMs;
    let last: gateway.Application | undefined;
    const open = (stop: AbortSignal) => {
      const remaining = end - Date.now();
      if (remaining < 1) throw new ClientError('TIMEOUT', 'the application is not final within the time');
      return this.call.watchApplication({ applicationId }, { deadlineMs: remaining, signal: stop });
    };
    const finished = (): boolean => last !== undefined && isFinal(last);
    for await (const response of resuming(open, finished, { signal, silenceMs: deadlineMs })) {
      const application = present(response.application, 'application');
      if (last?.state === application.state) continue;
      last = application;
      yield application;
    }
  }

  /** The application when it is final or referred to a person. @throws ClientError `TIMEOUT` */
  async settledApplication(applicationId: string, options: WatchOptions): Promise<gateway.Application> {
    for await (const application of this.watchApplication(applicationId, options)) {
      if (isSettled(application)) return application;
    }
    throw new RpcError('CANCELLED', 'the watch was ended', { cause: options.signal?.reason });
  }

  /** Records a person's decision on a referred application. */
  async decideReferred(request: gateway.DecideReferredRequest, options?: CallOptions): Promise<gateway.Application> {
    return present((await this.call.decideReferred(request, options)).application, 'application');
  }

  /**
   * The notice for the applicant of a closed application: JSON of docs/spec/notice.md, which `checkNotice` of `@assay/verify`
   * and `assay check-notice` check. A decline that the score gave is proved for it: allow for the time of a proof.
   */
  async getDecisionNotice(applicationId: string, options?: CallOptions): Promise<Uint8Array> {
    return (await this.call.getDecisionNotice({ applicationId }, options)).notice;
  }

  /** Withdraws an application. */
  async withdrawApplication(
    request: gateway.WithdrawApplicationRequest,
    options?: CallOptions,
  ): Promise<gateway.Application> {
    return present((await this.call.withdrawApplication(request, options)).application, 'application');
  }

  /** Starts the fairness statement of a window. */
  async requestFairness(request: gateway.RequestFairnessRequest, options?: CallOptions): Promise<gateway.Operation> {
    return present((await this.call.requestFairness(request, options)).operation, 'operation');
  }

  /** Waits for a window's fairness statement. @throws ClientError `OPERATION_FAILED`, `TIMEOUT` */
  async windowFairness(started: gateway.Operation, timeoutMs: number): Promise<gateway.WindowFairness> {
    const { result } = await this.#finished(started, timeoutMs);
    return present(result?.$case === 'windowFairness' ? result.value : undefined, 'fairness statement');
  }

  /** Reads a window. */
  async getWindow(name: WindowName, options?: CallOptions): Promise<gateway.Window> {
    return present((await this.call.getWindow(name, options)).window, 'window');
  }

  /** The bank's windows, newest first: of one scope, in some states, or all. */
  windows(
    filter: { readonly scope?: string; readonly states?: readonly window.WindowState[] } = {},
    options?: CallOptions,
  ): AsyncGenerator<gateway.Window> {
    const { scope = '', states = [] } = filter;
    return pages(async (pageToken) => {
      const response = await this.call.listWindows({ scope, states, pageSize: 0, pageToken }, options);
      return { items: response.windows, nextPageToken: response.nextPageToken };
    });
  }

  /**
   * What happens in the archive to this bank's statements, until the signal or leaving the loop ends it. Reconnects by
   * itself, also when the connection falls silent, and continues where it left off; an event may then come twice.
   *
   * @throws RpcError `OUT_OF_RANGE` when what follows the token is no longer kept, and what does not heal
   */
  async *subscribe(from: EventPosition, { kinds = [], signal }: SubscribeOptions = {}): AsyncGenerator<ReceivedEvent> {
    let position = startingAt(from);
    const open = (stop: AbortSignal) =>
      this.call.subscribeEvents({ position, kinds }, { deadlineMs: SUBSCRIPTION_DEADLINE_MS, signal: stop });
    const options = { signal, silenceMs: SUBSCRIPTION_SILENCE_MS };
    for await (const { event, resumeToken } of resuming(open, () => false, options)) {
      position = { $case: 'resumeToken', value: resumeToken };
      if (event !== undefined) yield { event, resumeToken };
    }
  }

  /** Closes the connection. */
  close(): void {
    this.#client.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #finished(started: gateway.Operation, timeoutMs: number): Promise<gateway.Operation> {
    const waitOnce = async (operationId: string, waitMs: number): Promise<gateway.Operation> => {
      const timeout = { seconds: BigInt(Math.floor(waitMs / 1000)), nanos: Math.floor(waitMs % 1000) * 1e6 };
      const response = await this.call.waitOperation({ operationId, timeout }, { deadlineMs: waitMs + 5000 });
      return present(response.operation, 'operation');
    };
    return waitForOperation(started, waitOnce, timeoutMs);
  }
}

function startingAt(from: EventPosition): NonNullable<gateway.SubscribeEventsRequest['position']> {
  if (from === 'earliest') return { $case: 'start', value: SubscribeEventsRequest_Start.EARLIEST };
  if (from === 'latest') return { $case: 'start', value: SubscribeEventsRequest_Start.LATEST };
  return { $case: 'resumeToken', value: from.resumeToken };
}
