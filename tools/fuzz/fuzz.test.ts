import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkout } from '../setup/cache.ts';
import { LIBRARY } from '../setup/circom.ts';
import { runCommand } from '../setup/run-command.ts';
import { type FuzzReport, type FuzzTarget, fuzz } from './fuzz.ts';
import { readLevelOne } from './level-one.ts';
import { describeFinding } from './report.ts';
import { CIRCUITS, targetsOf } from './targets.ts';

/** Small circuits with one flaw each, which the fuzzer has to find; `sound` is the same without it. Their x is 7, and hidden. */
const PLANTED: Readonly<Record<string, { readonly flawed: string; readonly sound: string }>> = {
  'a hint without its constraint': {
    flawed: 'signal h <-- x * x + 1; signal y <== h * x; out === y + x;',
    sound: 'signal h <-- x * x + 1; h === x * x + 1; signal y <== h * x; out === y + x;',
  },
  'a selector that is not boolean': {
    flawed: 'signal s <-- x > 3 ? 1 : 0; signal y <== s * x; s * (x - 7) === 4 * s - 4 * s; out === y + s;',
    sound: 'signal s <-- x > 3 ? 1 : 0; s === 1; (x - 7) * s === 0; signal y <== s * x; out === y + s;',
  },
  'a remainder without its range': {
    flawed: 'signal q <-- x \\ 5; signal r <-- x % 5; x === 5 * q + r; out === r;',
    sound: `signal q <-- x \\ 5; signal r <-- x % 5; x === 5 * q + r;
      component qb = Num2Bits(8); qb.in <== q; component rb = Num2Bits(3); rb.in <== r;
      component small = LessThan(3); small.in[0] <== r; small.in[1] <== 5; small.out === 1; out === r;`,
  },
  'a decomposition that wraps around': {
    flawed: 'component b = Num2Bits(254); b.in <== x; out === 3 * b.out[0] + x;',
    sound: 'component b = Num2Bits(253); b.in <== x; out === 3 * b.out[0] + x;',
  },
};
/** The public signal of each. */
const OUT: Readonly<Record<string, bigint>> = {
  'a hint without its constraint': 357n,
  'a selector that is not boolean': 8n,
  'a remainder without its range': 2n,
  'a decomposition that wraps around': 10n,
};

async function plant(body: string, out: bigint): Promise<FuzzTarget> {
  const parent = join(checkout, '.cache');
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, 'planted-'));
  try {
    const source = `pragma circom 2.2.2; include "comparators.circom"; template T() { signal input out; signal input x; ${body} } component main {public [out]} = T();`;
    await writeFile(join(folder, 'planted.circom'), source);
    const cli = join(checkout, 'node_modules/circom2/cli.js');
    const file = join(folder, 'planted.circom').slice(checkout.length + 1);
    await runCommand(process.execPath, [cli, file, '--O1', '--r1cs', '--sym', '--wasm', '-l', LIBRARY, '-o', folder], {
      cwd: checkout,
    });
    const path = join(folder, 'planted');
    const proved = { r1cs: `${path}.r1cs`, wasm: join(folder, 'planted_js/planted.wasm') };
    const { r1cs, nameOf, witness } = await readLevelOne(path, proved);
    return {
      name: 'planted',
      r1cs,
      nameOf,
      witness: witness({ out, x: 7n }),
      given: [],
      bounded: [],
      free: [/./],
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

for (const [name, { flawed, sound }] of Object.entries(PLANTED)) {
  test(`the fuzzer finds ${name}, and nothing where it is mended`, async () => {
    const run = async (body: string): Promise<FuzzReport> =>
      fuzz(await plant(body, OUT[name]!), { seed: 'planted', milliseconds: 20_000, trials: 3000 });
    const found = (await run(flawed)).findings;
    assert.ok(found.some(({ changedPublic }) => changedPublic.includes('out')));
    assert.deepEqual((await run(sound)).findings, []);
  });
}

for (const circuit of CIRCUITS) {
  test(`no changed witness of ${circuit} is accepted`, async () => {
    for (const target of await targetsOf(circuit)) {
      const first = fuzz(target, { seed: 'suite', milliseconds: 2500 });
      // A fuzzer whose completions never get through would find nothing anywhere; of some circuits one in a hundred does.
      const further = first.reached > 0 ? [] : [fuzz(target, { seed: 'further', milliseconds: 30_000 })];
      const reports = [first, ...further];
      assert.deepEqual(
        reports.flatMap(({ findings }) => findings.map(describeFinding)),
        [],
      );
      assert.ok(reports.some(({ reached }) => reached > 0));
    }
  });
}
