import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The folder of the `.proto` files. */
export const PROTO_DIRECTORY: string = fileURLToPath(new URL('../../proto', import.meta.url));

/** The npm package with buf's binary for a processor; npm installs the one that fits. */
const BINARY_PACKAGES: ReadonlyMap<string, string> = new Map([
  ['linux-x64', '@bufbuild/buf-linux-x64'],
  ['linux-arm64', '@bufbuild/buf-linux-aarch64'],
]);

/** What buf said when it failed. */
export class BufError extends Error {
  readonly exitCode: number;

  constructor(command: string, exitCode: number, output: string) {
    super(`buf ${command} exited with ${exitCode}:\n${output}`);
    this.name = 'BufError';
    this.exitCode = exitCode;
  }
}

/**
 * Runs buf in the folder of the `.proto` files and returns what it printed.
 *
 * @throws BufError when it exits with anything but 0
 */
export function buf(...args: readonly string[]): string {
  const name = BINARY_PACKAGES.get(`${process.platform}-${process.arch}`);
  if (name === undefined) throw new Error(`buf is not packaged for ${process.platform}-${process.arch}`);
  const binary = createRequire(import.meta.url).resolve(`${name}/bin/buf`);
  try {
    return execFileSync(binary, args, { cwd: PROTO_DIRECTORY, encoding: 'utf8', stdio: 'pipe', env: bufEnvironment() });
  } catch (error) {
    const { status, stdout, stderr } = error as { status?: number | null; stdout?: string; stderr?: string };
    if (typeof status !== 'number') throw error;
    throw new BufError(args[0] ?? '', status, `${stdout ?? ''}${stderr ?? ''}`);
  }
}

/** The plugin is a script that asks for `node`: it has to be the one that runs this. */
function bufEnvironment(): NodeJS.ProcessEnv {
  const directory = process.execPath.slice(0, process.execPath.lastIndexOf('/'));
  return { ...process.env, PATH: `${directory}:${process.env.PATH ?? ''}` };
}
