/** What went wrong, for programs: the last part of a problem's type, `urn:assay:problem:<code>`. */
export type ProblemCode = keyof typeof PROBLEMS;

/** Status and title of each problem. */
const PROBLEMS = {
  'invalid-request': [400, 'The request is not of its form'],
  unauthenticated: [401, 'A token is needed'],
  'token-expired': [403, 'The token has expired'],
  'not-found': [404, 'There is no such thing'],
  'method-not-allowed': [405, 'The method is not one of this path'],
  pruned: [410, 'It was removed when its retention ended'],
  'too-large': [413, 'The body is too large'],
  'unsupported-media-type': [415, 'The body is of another media type'],
  'rate-limited': [429, 'Too many requests'],
  internal: [500, 'The server failed'],
  unavailable: [503, 'The server cannot do this now'],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

/** A member of a request that is wrong, and what it has to be. */
export interface Violation {
  /** Where it is: `query.limit`, `body.envelope`. */
  readonly field: string;
  readonly rule: string;
}

/** What a problem says beside its code. */
export interface ProblemOptions extends ErrorOptions {
  readonly violations?: readonly Violation[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** The one error of this package: what a caller is told, as RFC 9457 has it. Nothing of a request's values is in it. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly code: ProblemCode;
  readonly violations: readonly Violation[];
  readonly headers: Readonly<Record<string, string>>;

  /** @param detail one sentence for people; it is sent */
  constructor(code: ProblemCode, detail: string, { violations = [], headers = {}, ...options }: ProblemOptions = {}) {
    super(detail, options);
    this.code = code;
    this.violations = violations;
    this.headers = headers;
  }

  get status(): number {
    return PROBLEMS[this.code][0];
  }

  /** The response that says it. */
  toResponse(): Response {
    const [status, title] = PROBLEMS[this.code];
    const { code, message: detail, violations } = this;
    const type = `urn:assay:problem:${code}`;
    const body = { type, title, status, detail, ...(violations.length > 0 && { violations }) };
    const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...this.headers };
    return new Response(JSON.stringify(body), { status, headers });
  }
}

/** The problem of one member that is wrong. */
export function invalid(field: string, rule: string): HttpProblem {
  return new HttpProblem('invalid-request', `${field} ${rule}`, { violations: [{ field, rule }] });
}
