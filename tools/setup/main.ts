// Puts derived files into the cache:  main.ts [all [--all] | nats-server | native [--all] | circuits [NAME ...] | keys | console] [--update]
// --all, with native: every arithmetic that this processor can run, for tests; with all: the circuits on demand too. --update, with circuits: commits their constraint counts; with keys: commits their hashes.
import { parseArgs } from 'node:util';
import { circuitNames, ON_DEMAND } from './circuit-sources.ts';
import { type CompiledCircuit, compileCircuits } from './circuits.ts';
import { buildConsole } from './console.ts';
import { countConstraints, lowerLevels, pinCounts } from './constraint-counts.ts';
import { SetupError } from './error.ts';
import { deriveKeys } from './keys.ts';
import { buildNative } from './native.ts';
import { natsServerBinary } from './nats-server.ts';
import { Progress } from './progress.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { all: { type: 'boolean', default: false }, update: { type: 'boolean', default: false } },
});
const [step = 'all', ...names] = positionals;

async function compile(named: readonly string[]): Promise<CompiledCircuit[]> {
  const wanted = named.length === 0 ? await circuitNames() : named;
  const progress = new Progress('circuits', wanted.length);
  try {
    return await compileCircuits(wanted, progress);
  } finally {
    progress.end();
  }
}

async function pin(circuits: readonly CompiledCircuit[]): Promise<void> {
  const progress = new Progress('constraint counts', circuits.flatMap(({ name }) => lowerLevels(name)).length);
  try {
    await pinCounts(await countConstraints(circuits, progress), await circuitNames());
  } finally {
    progress.end();
  }
}

async function native(): Promise<void> {
  const progress = new Progress('native engine', 3);
  try {
    await buildNative(values.all ? 'all' : 'best', progress);
  } finally {
    progress.end();
  }
}

async function webConsole(): Promise<void> {
  const progress = new Progress('console', 1);
  try {
    await buildConsole(progress);
  } finally {
    progress.end();
  }
}

async function natsServer(): Promise<void> {
  await natsServerBinary((line) => process.stderr.write(`nats-server: ${line}\n`));
}

async function setUp(): Promise<void> {
  switch (step) {
    case 'all':
      await natsServer();
      await native();
      await compile(values.all ? [] : (await circuitNames()).filter((name) => !ON_DEMAND.includes(name)));
      await deriveKeys();
      return webConsole();
    case 'nats-server':
      return natsServer();
    case 'native':
      return native();
    case 'circuits': {
      const circuits = await compile(names);
      return values.update ? pin(circuits) : undefined;
    }
    case 'keys':
      await native();
      await compile([]);
      return deriveKeys(values.update ? ['--update-manifest'] : []);
    case 'console':
      return webConsole();
    default:
      throw new SetupError(
        'command',
        `no such step: ${step} (all, nats-server, native, circuits [NAME ...], keys, console)`,
      );
  }
}

try {
  await setUp();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`assay: ${error.message}\n`);
  process.exitCode = 1;
}
