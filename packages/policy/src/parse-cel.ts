import { parse } from '@bufbuild/cel';
import { PolicyError, type Position } from './error.ts';
import { TEXT_LIMIT } from './limits.ts';

/** A parsed CEL text, as the CEL library gives it. */
export type ParsedCel = ReturnType<typeof parse>;
/** A node of its tree. */
export type CelExpression = ParsedCel['expr'];

/**
 * Parses a CEL text with the CEL library.
 *
 * @throws PolicyError `SYNTAX` with the position; `LIMIT_EXCEEDED` for a text that is too long or nested too deeply
 */
export function parseCel(text: string): ParsedCel {
  if (text.length > TEXT_LIMIT) {
    throw new PolicyError('LIMIT_EXCEEDED', `the text is longer than ${TEXT_LIMIT} characters`);
  }
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof RangeError) throw new PolicyError('LIMIT_EXCEEDED', 'the text is nested too deeply');
    const { message, offset } = syntaxErrorOf(error);
    throw new PolicyError('SYNTAX', message, offset === undefined ? undefined : positionAt(text, offset));
  }
}

/** The place of an expression in its text, where the parser kept one. */
export function positionOf(parsed: ParsedCel, text: string, expression: CelExpression): Position | undefined {
  const offset = parsed.sourceInfo?.positions[expression.id.toString()];
  return offset === undefined ? undefined : positionAt(text, offset);
}

function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { offset, line: before.length, column: before.at(-1)!.length + 1 };
}

/** The parser's error has a raw message and a location; both are read with care, as neither is part of its interface. */
function syntaxErrorOf(error: unknown): { message: string; offset: number | undefined } {
  const fields: object = typeof error === 'object' && error !== null ? error : {};
  const raw =
    'rawMessage' in fields && typeof fields.rawMessage === 'string' ? fields.rawMessage : 'not a CEL expression';
  const location: unknown = 'location' in fields ? fields.location : undefined;
  const start = typeof location === 'object' && location !== null && 'start' in location ? location.start : undefined;
  const offset = typeof start === 'object' && start !== null && 'offset' in start ? start.offset : undefined;
  return { message: raw, offset: typeof offset === 'number' ? offset : undefined };
}
