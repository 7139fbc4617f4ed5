import type { gateway, verifier, window as windows } from '@assay/contracts';
import { type FieldViolations, RpcError } from '@assay/rpc';
import type { Clients } from './clients.ts';
import { checkScope } from './validate-application.ts';

/** Which windows to list, and from where. */
export interface WindowQuery {
  /** Empty: all of the bank's. */
  readonly scope: string;
  readonly states: readonly windows.WindowState[];
  readonly pageSize: number;
  readonly pageToken: string;
}

/** Checks a window's name. */
export function checkWindowName(
  { scope, number }: { readonly scope: string; readonly number: number },
  bank: string,
  violations: FieldViolations,
): void {
  checkScope(scope, bank, violations);
  violations.require(number >= 1 && number <= 1_000_000_000, 'number', 'must be the number of a window, from 1');
}

/** Windows as the verifier computes them, without the tallies. */
export class WindowReader {
  readonly #verifier: Clients['verifier'];
  readonly #bank: string;

  constructor(verifier: Clients['verifier'], bank: string) {
    this.#verifier = verifier;
    this.#bank = bank;
  }

  /** One window. @throws RpcError `NOT_FOUND` */
  async get(scope: string, number: number): Promise<gateway.Window> {
    const { window } = await this.#verifier.call.getWindow({ scope, number }).catch((error: unknown) => {
      throw error instanceof RpcError && error.code === 'NOT_FOUND' ? unknown() : error;
    });
    if (window === undefined) throw unknown();
    return windowMessage(window);
  }

  /** A page of the bank's windows, newest first. @throws RpcError `INVALID_ARGUMENT` for a token of no page */
  async list({ scope, states, pageSize, pageToken }: WindowQuery): Promise<gateway.ListWindowsResponse> {
    const request = { bank: this.#bank, scope, states, pageSize, pageToken };
    const page = await this.#verifier.call.listWindows(request).catch((error: unknown) => {
      // All else was checked before.
      if (!(error instanceof RpcError) || error.code !== 'INVALID_ARGUMENT') throw error;
      throw new RpcError('INVALID_ARGUMENT', 'page_token must be of an earlier page', {
        reason: 'FIELD_VIOLATIONS',
        fieldViolations: [{ field: 'page_token', description: 'must be of an earlier page' }],
      });
    });
    return { windows: page.windows.map(windowMessage), nextPageToken: page.nextPageToken };
  }
}

function windowMessage({ scope, number, period, state, totals, fairness }: verifier.Window): gateway.Window {
  return { scope, number, period, state, totals, fairness };
}

function unknown(): RpcError {
  return new RpcError('NOT_FOUND', 'the scope has no window of this number', { reason: 'WINDOW_UNKNOWN' });
}
