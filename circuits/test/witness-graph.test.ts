import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { FIELD_ORDER } from '@assay/field';
import type { WitnessInput, WitnessValue } from '@assay/groth16';
import { loadArtifacts } from '@assay/keys';
import { needsNative } from '../../packages/groth16/test/native.ts';
import { assertSameAnswer, rivalsOf } from '../../packages/groth16/test/same-witness.ts';
import { SeededRandom } from '../../tools/fuzz/random.ts';
import { samplesOf } from '../../tools/fuzz/samples.ts';
import { ON_DEMAND } from '../../tools/setup/circuit-sources.ts';

/** Changed inputs for each statement; the calculators take a tenth of a second for each. */
const CHANGED = 24;
/** Where they take seconds. */
const CHANGED_LARGE = 6;

for (const [name, { wasm, witnessGraph }] of Object.entries(await loadArtifacts({ onDemand: ON_DEMAND }))) {
  const changes = ON_DEMAND.includes(name) ? CHANGED_LARGE : CHANGED;
  test(
    `the graph of ${name} answers as its calculator does, whatever is changed in its inputs`,
    needsNative,
    async () => {
      const rivals = await rivalsOf(await readFile(wasm), await readFile(witnessGraph!));
      const samples = await samplesOf(name);
      for (const sample of samples) assert.equal(assertSameAnswer(rivals, sample), 'accepted');
      const random = new SeededRandom(`witness graph of ${name}`);
      const refusals = new Set<string>();
      for (let round = 0; round < changes; round++) {
        const changed = changeSomewhere(samples[round % samples.length]!, random);
        refusals.add(assertSameAnswer(rivals, changed));
      }
      refusals.delete('accepted');
      assert.ok(
        refusals.size > changes / 8,
        `the changes were refused in few places only: ${[...refusals].join('; ')}`,
      );
    },
  );
}

/** One value of one signal, or now and then a second, becomes another. */
function changeSomewhere(input: WitnessInput, random: SeededRandom): WitnessInput {
  const name = random.pick(Object.keys(input));
  const changed = { ...input, [name]: changeValue(input[name]!, random) };
  return random.chance(0.25) ? changeSomewhere(changed, random) : changed;
}

function changeValue(value: WitnessValue, random: SeededRandom): WitnessValue {
  if (typeof value === 'bigint') return otherValue(value, random);
  const at = random.below(value.length);
  return value.map((member, index) => (index === at ? changeValue(member, random) : member));
}

/** A value near the old one, at an edge of the field, of a range or of a word, or any. */
function otherValue(value: bigint, random: SeededRandom): bigint {
  const power = 1n << BigInt(random.below(254));
  const other = random.pick([
    ...[0n, 1n, 2n, -1n, -2n, FIELD_ORDER / 2n, FIELD_ORDER / 2n + 1n, power, power - 1n, -power],
    ...[value + 1n, value - 1n, value ^ 1n, value + power, -value, random.element()],
  ]);
  return ((other % FIELD_ORDER) + FIELD_ORDER) % FIELD_ORDER;
}
