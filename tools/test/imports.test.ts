import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { checkout } from '../setup/cache.ts';
import { tryCommand } from '../setup/run-command.ts';

const FILES = {
  'packages/field/src/file.ts': `import { readFileSync } from 'node:fs';\nexport const text = readFileSync;\n`,
  'packages/tlog/src/upward.ts': `export { rate } from '../../verify/src/rate.ts';\n`,
  'packages/verify/src/rate.ts': `import { store } from '../../archive/src/store.ts';\nexport const rate = store;\n`,
  'packages/archive/src/store.ts': `import { open } from 'node:fs/promises';\nusing nothing = null;\nexport const store = open;\n`,
  'packages/outbox/src/one.ts': `import { two } from './two.ts';\nexport const one = (): number => two();\n`,
  'packages/outbox/src/two.ts': `import { one } from './one.ts';\nexport const two = (): number => one();\n`,
  'packages/rpc/src/kind.ts': `import type { Server } from './server.ts';\nexport type Kind = Server;\n`,
  'packages/rpc/src/server.ts': `import type { Kind } from './kind.ts';\nexport type Server = Kind;\n`,
  'services/gateway/src/call.ts': `import { serve } from '../../verifier/src/serve.ts';\nexport const call = serve;\n`,
  'services/verifier/src/serve.ts': `import '@nats-io/nats-core';\nexport const serve = 1;\n`,
};

let folder: string;
let output: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-imports-'));
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const cruiser = join(checkout, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const preload = ['--import', join(checkout, 'tools/test/typescript-6.ts')];
  const config = ['--config', join(checkout, '.dependency-cruiser.mjs')];
  const result = await tryCommand(process.execPath, [...preload, cruiser, ...config, 'packages', 'services'], {
    cwd: folder,
  });
  output = `${result.stdout}${result.stderr}`;
});
after(() => rm(folder, { recursive: true }));

test('a pure package uses none of Node, and reaches no file through another package', () => {
  assert.match(output, /pure-without-node: packages\/field\/src\/file\.ts/);
  assert.match(output, /pure-reaches-no-io: packages\/tlog\/src\/upward\.ts/);
});

test('imports go down the layers only', () => {
  assert.match(output, /package-tlog: packages\/tlog\/src\/upward\.ts → packages\/verify/);
  assert.match(output, /package-verify: packages\/verify\/src\/rate\.ts → packages\/archive/);
});

test('services do not import each other', () => {
  assert.match(output, /services-apart: services\/gateway\/src\/call\.ts → services\/verifier/);
});

test('a cycle is refused unless it is of types alone', () => {
  assert.match(output, /no-cycles: packages\/outbox/);
  assert.doesNotMatch(output, /no-cycles: packages\/rpc/);
});

test('what cannot be resolved is refused', () => {
  assert.match(output, /resolvable: services\/verifier\/src\/serve\.ts/);
});
