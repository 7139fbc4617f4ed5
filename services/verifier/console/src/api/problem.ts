/** What an error response says (RFC 9457), as far as it says anything. */
export interface Problem {
  readonly type?: string;
  readonly title?: string;
  readonly detail?: string;
  /** Fields that were refused, each with what it has to be. */
  readonly violations?: readonly { readonly field: string; readonly rule: string }[];
}

/** A request that brought no answer, or an answer that is an error. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly problem: Problem;
  /** Seconds to wait before asking again, where the server says. */
  readonly retryAfter: number | undefined;

  constructor(status: number, problem: Problem, retryAfter?: number) {
    super(problem.detail ?? problem.title ?? STATUS_WORDS[status] ?? `the server answered with status ${status}`);
    this.status = status;
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

/** What a status means to who reads it, when the answer itself says nothing. */
const STATUS_WORDS: Readonly<Record<number, string>> = {
  0: 'the verifier could not be reached',
  401: 'the token is missing, unknown or no longer valid',
  403: 'the token does not allow this',
  404: 'the archive has nothing under this name',
  410: 'the bytes are no longer kept: their retention period is over',
  429: 'too many requests were made with this token',
  503: 'the verifier is starting, stopping or out of resources',
};

/** The error that a response stands for. */
export async function problemOf(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ApiError(response.status, await bodyOf(response), Number.isFinite(retryAfter) ? retryAfter : undefined);
}

async function bodyOf(response: Response): Promise<Problem> {
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return {};
  const body: unknown = await response.json().catch(() => undefined);
  return typeof body === 'object' && body !== null ? body : {};
}
