import { verifier } from '@assay/contracts';
import { type CallOptions, type ClientOptions, createClient, type RpcClient } from '@assay/rpc';
import { present } from './error.ts';
import { pages } from './pages.ts';

type VerifierService = typeof verifier.VerifierServiceService;
type RegistryService = typeof verifier.RegistryServiceService;

/** Names a statement or entry: by the digest of its envelope, or by its leaf index. */
export type EntryName = { readonly digest: Uint8Array } | { readonly index: bigint };

/** A filter without its paging fields; what is left out does not filter. */
export type Filter<T> = Partial<Omit<T, 'pageSize' | 'pageToken'>>;

/** A client of the verifier: reads the archive, checks envelopes, takes registrations. Calls fail with `RpcError`. */
export class VerifierClient implements Disposable {
  readonly #verifier: RpcClient<VerifierService>;
  readonly #registry: RpcClient<RegistryService>;

  /** @throws RpcError for an insecure address beyond this machine */
  constructor(options: ClientOptions) {
    this.#verifier = createClient(verifier.VerifierServiceService, options);
    this.#registry = createClient(verifier.RegistryServiceService, options);
  }

  /** The verifier service's methods one to one. */
  get call(): RpcClient<VerifierService>['call'] {
    return this.#verifier.call;
  }

  /** The registry service's methods one to one. */
  get registry(): RpcClient<RegistryService>['call'] {
    return this.#registry.call;
  }

  /** Waits until there is a connection. @throws RpcError `UNAVAILABLE` */
  async ready(deadlineMs: number): Promise<void> {
    await Promise.all([this.#verifier.ready(deadlineMs), this.#registry.ready(deadlineMs)]);
  }

  /**
   * Runs every stateless check on an envelope. A failed check is a result, not an error.
   *
   * @param table for a fairness statement, its encrypted table's document
   */
  verify(
    envelope: Uint8Array,
    table: Uint8Array = new Uint8Array(),
    options?: CallOptions,
  ): Promise<verifier.VerifyResponse> {
    return this.call.verify({ envelope, table }, options);
  }

  /** A statement with its envelope, as archived. */
  getStatement(name: EntryName, options?: CallOptions): Promise<verifier.GetStatementResponse> {
    return this.call.getStatement({ name: entryName(name) }, options);
  }

  /** Statements, newest first. */
  statements(
    filter: Filter<verifier.ListStatementsRequest> = {},
    options?: CallOptions,
  ): AsyncGenerator<verifier.Statement> {
    return pages(async (pageToken) => {
      const request = verifier.ListStatementsRequest.fromPartial({ ...filter, pageToken });
      const { statements, nextPageToken } = await this.call.listStatements(request, options);
      return { items: statements, nextPageToken };
    });
  }

  /** A receipt, the bytes of a C2SP tlog-proof, with the leaf that it is for. */
  getReceipt(name: EntryName, options?: CallOptions): Promise<verifier.GetReceiptResponse> {
    return this.call.getReceipt({ name: entryName(name) }, options);
  }

  /** The newest signed checkpoint. */
  getCheckpoint(options?: CallOptions): Promise<verifier.GetCheckpointResponse> {
    return this.call.getCheckpoint({}, options);
  }

  /** A window as the verifier computes it. */
  async getWindow(scope: string, number: number, options?: CallOptions): Promise<verifier.Window> {
    return present((await this.call.getWindow({ scope, number }, options)).window, 'window');
  }

  /** Windows, newest first. */
  windows(filter: Filter<verifier.ListWindowsRequest> = {}, options?: CallOptions): AsyncGenerator<verifier.Window> {
    return pages(async (pageToken) => {
      const request = verifier.ListWindowsRequest.fromPartial({ ...filter, pageToken });
      const { windows, nextPageToken } = await this.call.listWindows(request, options);
      return { items: windows, nextPageToken };
    });
  }

  /** A window's intakes with what ended them, in the order of admission. */
  closings(
    window: { readonly scope: string; readonly number: number; readonly manualOnly?: boolean },
    options?: CallOptions,
  ): AsyncGenerator<verifier.Closing> {
    const { scope, number, manualOnly = false } = window;
    return pages(async (pageToken) => {
      const request = { scope, number, manualOnly, pageSize: 0, pageToken };
      const { closings, nextPageToken } = await this.call.listClosings(request, options);
      return { items: closings, nextPageToken };
    });
  }

  /** Submits a signed registration; submitting it again gives the same. */
  async submitRegistration(envelope: Uint8Array, options?: CallOptions): Promise<verifier.Registration> {
    return present((await this.registry.submitRegistration({ envelope }, options)).registration, 'registration');
  }

  /** Registrations, newest first. */
  registrations(
    filter: Filter<verifier.ListRegistrationsRequest> = {},
    options?: CallOptions,
  ): AsyncGenerator<verifier.Registration> {
    return pages(async (pageToken) => {
      const request = verifier.ListRegistrationsRequest.fromPartial({ ...filter, pageToken });
      const { registrations, nextPageToken } = await this.registry.listRegistrations(request, options);
      return { items: registrations, nextPageToken };
    });
  }

  /** What is in force for a scope, at a leaf index or for the next entry. */
  getInForce(scope: string, atIndex?: bigint, options?: CallOptions): Promise<verifier.GetInForceResponse> {
    return this.registry.getInForce({ scope, atIndex }, options);
  }

  /** Closes the connections. */
  close(): void {
    this.#verifier.close();
    this.#registry.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function entryName(name: EntryName): NonNullable<verifier.GetStatementRequest['name']> {
  return 'digest' in name ? { $case: 'digest', value: name.digest } : { $case: 'index', value: name.index };
}
