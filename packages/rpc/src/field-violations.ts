import { type FieldViolation, RpcError } from './error.ts';

/**
 * Collects what is wrong with a request, so that the caller learns of everything at once.
 *
 *     const violations = new FieldViolations();
 *     violations.require(request.ordinal < 65_536, 'ordinal', 'must be below 65536');
 *     violations.throwIfAny();
 */
export class FieldViolations {
  readonly #found: FieldViolation[] = [];

  /** Notes that a field is wrong. The description states the limit, never the value. */
  add(field: string, description: string): void {
    this.#found.push({ field, description });
  }

  /** Notes that a field is wrong unless the condition holds; returns the condition. */
  require(condition: boolean, field: string, description: string): boolean {
    if (!condition) this.add(field, description);
    return condition;
  }

  /** What was found so far, in order. */
  get found(): readonly FieldViolation[] {
    return this.#found;
  }

  /** @throws RpcError `INVALID_ARGUMENT` with everything found, when there is anything */
  throwIfAny(): void {
    const [first] = this.#found;
    if (first === undefined) return;
    const others = this.#found.length - 1;
    const more = others === 0 ? '' : ` (and ${others} more)`;
    throw new RpcError('INVALID_ARGUMENT', `${first.field} ${first.description}${more}`, {
      reason: 'FIELD_VIOLATIONS',
      fieldViolations: this.found,
    });
  }
}

/** @returns the one error for a request of which one field is wrong */
export function fieldViolation(field: string, description: string): RpcError {
  return new RpcError('INVALID_ARGUMENT', `${field} ${description}`, {
    reason: 'FIELD_VIOLATIONS',
    fieldViolations: [{ field, description }],
  });
}
