import { CliError } from './cli-error.ts';
import type { Command } from './command.ts';
import { verifyArchiveCommand } from './commands/verify-archive.ts';

const COMMANDS: Readonly<Record<string, Command>> = {
  'verify-archive': verifyArchiveCommand,
};

function usage(): string {
  const lines = Object.entries(COMMANDS).map(
    ([name, { usage, summary }]) => `  assay ${name} ${usage}\n      ${summary}`,
  );
  return ['usage:', ...lines].join('\n');
}

/** Runs one command and gives the process's exit status: 0, 1 where a check failed, 2 for a wrong call. */
async function main([name, ...args]: readonly string[]): Promise<number> {
  const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    console.error(usage());
    return name === 'help' || name === '--help' ? 0 : 2;
  }
  try {
    await command.run(args);
    return 0;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    console.error(`assay ${name}: ${error.message}`);
    if (error.code === 'USAGE') console.error(usage());
    return error.code === 'CHECK_FAILED' ? 1 : 2;
  }
}

process.exitCode = await main(process.argv.slice(2));
