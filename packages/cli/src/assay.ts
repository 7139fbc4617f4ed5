import { CliError } from './cli-error.ts';
import type { Command, Output } from './command.ts';
import { checkNoticeCommand } from './commands/check-notice.ts';
import { evidenceCommand } from './commands/evidence.ts';
import { inspectEnvelopeCommand } from './commands/inspect-envelope.ts';
import { keygenCommand } from './commands/keygen.ts';
import { modelInspectCommand } from './commands/model-inspect.ts';
import { registrySignCommand } from './commands/registry-sign.ts';
import { registrySubmitCommand } from './commands/registry-submit.ts';
import { tokenNewCommand } from './commands/token-new.ts';
import { verifyArchiveCommand } from './commands/verify-archive.ts';
import { verifyEvidenceCommand } from './commands/verify-evidence.ts';

const COMMANDS: Readonly<Record<string, Command>> = {
  'verify-archive': verifyArchiveCommand,
  evidence: evidenceCommand,
  'verify-evidence': verifyEvidenceCommand,
  'check-notice': checkNoticeCommand,
  'inspect-envelope': inspectEnvelopeCommand,
  keygen: keygenCommand,
  'model inspect': modelInspectCommand,
  'registry sign': registrySignCommand,
  'registry submit': registrySubmitCommand,
  'token new': tokenNewCommand,
};

function usage(): string {
  const lines = Object.entries(COMMANDS).map(
    ([name, { usage, summary }]) => `  assay ${name} ${usage}\n      ${summary}`,
  );
  return ['usage:', ...lines].join('\n');
}

/** The command that the arguments begin with, of one word or two, and the arguments behind it. */
function find(args: readonly string[]): { name: string; command: Command; rest: readonly string[] } | undefined {
  for (const words of [2, 1]) {
    const name = args.slice(0, words).join(' ');
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command !== undefined) return { name, command, rest: args.slice(words) };
  }
  return undefined;
}

/** Runs one command and gives the process's exit status: 0, 1 where a check failed, 2 for a wrong call. */
export async function assay(args: readonly string[], output: Output): Promise<number> {
  const found = find(args);
  if (found === undefined) {
    output.complain(usage());
    return args[0] === 'help' || args[0] === '--help' ? 0 : 2;
  }
  const { name, command, rest } = found;
  try {
    await command.run(rest, output);
    return 0;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    output.complain(`assay ${name}: ${error.message}`);
    if (error.code === 'USAGE') output.complain(usage());
    return error.code === 'CHECK_FAILED' ? 1 : 2;
  }
}
