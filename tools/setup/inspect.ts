import type { CompilerWarning } from './circom.ts';

/**
 * Reads `circuits/inspect-allowed.txt`: a line each, `CODE Template` (the template of circomlib that causes the warning), `#`
 * starts a comment.
 */
export function parseAllowedWarnings(text: string): ReadonlySet<string> {
  const lines = text.split('\n').map((line) => line.replace(/#.*$/, '').trim());
  return new Set(lines.filter((line) => line !== ''));
}

/** The warnings that no line allows, each as one line of text. */
export function refusedWarnings(warnings: readonly CompilerWarning[], allowed: ReadonlySet<string>): string[] {
  return warnings
    .filter(({ code, template }) => !allowed.has(`${code} ${template}`))
    .map(({ code, text }) => `${code}: ${text}`);
}
