/**
 * Why a policy is refused.
 *
 * - `INVALID_DOCUMENT`: the document breaks its JSON Schema, or names what its schema does not have.
 * - `SYNTAX`: the text is not CEL.
 * - `UNSUPPORTED`: CEL that no circuit evaluates: doubles, strings, division, functions, macros, conditionals.
 * - `UNKNOWN_IDENTIFIER`: neither an attribute of the schema nor a set of the document.
 * - `TYPE`: a number where a condition is needed, or the reverse.
 * - `NOT_LINEAR`: a product of two attributes.
 * - `TOO_MANY_ATTRIBUTES`: one comparison reads more than two attributes.
 * - `OVERFLOW`: an intermediate value could leave CEL's 64-bit integers, so CEL would fail where the circuit does not.
 * - `OUT_OF_RANGE`: a coefficient of 2^40 or more, or a listed value that the attribute cannot have.
 * - `LIMIT_EXCEEDED`: more conjunctions, clauses, set clauses or set members than the circuit has.
 */
export type PolicyErrorCode =
  | 'INVALID_DOCUMENT'
  | 'SYNTAX'
  | 'UNSUPPORTED'
  | 'UNKNOWN_IDENTIFIER'
  | 'TYPE'
  | 'NOT_LINEAR'
  | 'TOO_MANY_ATTRIBUTES'
  | 'OVERFLOW'
  | 'OUT_OF_RANGE'
  | 'LIMIT_EXCEEDED';

/** A place in the CEL text. Line and column start at 1, the offset (UTF-16 units) at 0. */
export interface Position {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** The one error of this package. Policies are public: messages may quote them, and never an applicant. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  readonly code: PolicyErrorCode;
  /** Where in the CEL text, if the text is at fault. */
  readonly position: Position | undefined;

  constructor(code: PolicyErrorCode, message: string, position?: Position) {
    super(position === undefined ? message : `line ${position.line}, column ${position.column}: ${message}`);
    this.code = code;
    this.position = position;
  }
}
