// The C++ tests of the native engine under AddressSanitizer and UndefinedBehaviorSanitizer:  native.ts
// Each runs for the portable arithmetic and for the fastest that this processor has.
import { basename } from 'node:path';
import { runnableArithmetics } from '../../packages/groth16/src/native-addon.ts';
import { SetupError } from '../setup/error.ts';
import { compilerCommand, findCompiler, NativeBuild, readSources } from '../setup/native-compiler.ts';
import { tryCommand } from '../setup/run-command.ts';
import { Tally } from './tally.ts';

const OPTIONS = ['-O1', '-g', '-fno-omit-frame-pointer', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
/** What belongs to the addon alone, and needs Node around it. */
const BINDINGS = /^(addon|napi|napi-job|bind-.*)\.cpp$/;
/** How long one test may take before it counts as hanging. */
const DEADLINE_SECONDS = 600;

const tally = new Tally();
const print = (line: string): boolean => process.stdout.write(`${line}\n`);

async function runAll(): Promise<void> {
  const compiler = await findCompiler();
  if (compiler === undefined) throw new SetupError('missing', `there is no C++ compiler (${compilerCommand()})`);
  const [engine, tests] = await Promise.all([readSources('.'), readSources('test')]);
  const units = engine.units.filter(({ name }) => !BINDINGS.test(name));
  const headers = [...engine.headers, ...tests.headers];
  for (const arithmetic of new Set([runnableArithmetics()[0]!, 'portable' as const])) {
    const build = new NativeBuild({ compiler, arithmetic, options: OPTIONS, headers });
    for (const test of tests.units) {
      const name = `${basename(test.name, '.cpp')} (${arithmetic})`;
      print(`building: ${name}`);
      await run(name, await build.link('test', [...units, test]));
    }
  }
}

async function run(name: string, program: string): Promise<void> {
  const started = performance.now();
  const { exitCode, stdout, stderr } = await tryCommand('timeout', [`${DEADLINE_SECONDS}`, program]);
  const outcome = exitCode === 0 ? 'passed' : 'failed';
  print(`${outcome}: ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  const reason = `exit code ${exitCode}\n${stdout}${stderr}`.trim();
  if (outcome === 'failed') print(reason.replace(/^/gm, '    '));
  tally.add(name, outcome === 'passed' ? { kind: 'passed' } : { kind: 'failed', reason });
}

try {
  await runAll();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  print(`assay: ${error.message}`);
}
for (const line of tally.summary()) print(line);
process.exitCode = tally.succeeded ? 0 : 1;
