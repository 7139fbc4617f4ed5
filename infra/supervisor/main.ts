// `make up` and `make down`: runs a prepared instance under `var/`, or stops it.
//
//   main.ts [up|down] [INSTANCE]     INSTANCE is a folder under var/, `dev` unless given; `dev` is prepared when it is not there
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { endRequest } from '@assay/launch';
import { askToStop, takeControl } from './control-socket.ts';
import { readInstance } from './instance.ts';
import { DEVELOPMENT_INSTANCE, prepareDevelopment } from './prepare.ts';
import { startStack } from './stack.ts';

const ROOT = resolve(import.meta.dirname, '../..');

async function up(dir: string): Promise<number> {
  if (dir === resolve(ROOT, 'var', DEVELOPMENT_INSTANCE) && readInstance(dir) === undefined) {
    await prepareDevelopment(dir);
    console.error(`prepared a deployment with development keys in ${dir}`);
  }
  const instance = readInstance(dir);
  if (instance === undefined) {
    console.error(`no instance is prepared in ${dir}: there is no instance.json`);
    return 1;
  }
  mkdirSync(dir, { recursive: true });
  const control = await takeControl(dir);
  if (control === undefined) {
    console.error(`the instance in ${dir} is running already`);
    return 1;
  }
  // Before anything is started: whoever reads the ready line may signal at once.
  const asked = Promise.race([control.asked, endRequest()]);
  try {
    const stack = await startStack({
      ...instance,
      ownGroups: true,
      onLine: (from, line) => process.stderr.write(`[${from}] ${line}\n`),
    });
    console.log(JSON.stringify({ ready: true, service: 'supervisor', ...stack.addresses }));
    await asked;
    await stack.stop();
    return 0;
  } finally {
    await control.release();
  }
}

async function down(dir: string): Promise<number> {
  const wasRunning = await askToStop(dir);
  console.error(wasRunning ? `the instance in ${dir} is down` : `nothing runs in ${dir}`);
  return 0;
}

const [command = 'up', instance = 'dev'] = process.argv.slice(2);
const dir = resolve(ROOT, 'var', instance);
const commands: Readonly<Record<string, (dir: string) => Promise<number>>> = { up, down };
const run = commands[command];
if (run === undefined) console.error('usage: main.ts [up|down] [INSTANCE]');
process.exitCode = run === undefined ? 2 : await run(dir);
