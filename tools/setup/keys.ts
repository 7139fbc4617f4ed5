import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { cacheDirectory, checkout } from './cache.ts';
import { ON_DEMAND } from './circuit-sources.ts';
import { currentCircuitsFile } from './circuits.ts';
import { SetupError } from './error.ts';

/**
 * Derives the development keys that the cache lacks for this checkout's circuits and checks them against the committed
 * manifest; the keys package does both, and shows its own progress. Throws `SetupError` (`command`).
 */
export async function deriveKeys(args: readonly string[] = []): Promise<void> {
  const script = join(checkout, 'packages/keys/src/derive.ts');
  const onDemand = ON_DEMAND.flatMap((name) => ['--on-demand', name]);
  const options = ['--circuits', currentCircuitsFile(), '--out', join(cacheDirectory(), 'keys'), ...onDemand, ...args];
  const child = spawn(process.execPath, [...process.execArgv, script, ...options], {
    cwd: checkout,
    // Standard output is for results; a derivation has none.
    stdio: ['ignore', process.stderr, process.stderr],
  });
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  if (exitCode !== 0) throw new SetupError('command', 'the development keys were not derived (see above)');
}
