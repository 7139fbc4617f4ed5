import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { checkWitness, type WitnessInput } from '@assay/groth16';
import { checkNotice, parseTrust } from '@assay/verify';
import { loadStatement } from '../../circuits/test/artifacts.ts';
import { vectorFiles } from '../../docs/spec/vectors/generate.ts';

async function committed(name: string): Promise<unknown> {
  return JSON.parse(await readFile(new URL(`../../docs/spec/vectors/${name}`, import.meta.url), 'utf8'));
}

for (const [name, content] of Object.entries(await vectorFiles())) {
  test(`docs/spec/vectors/${name} is what docs/spec/vectors/generate.ts gives`, async () => {
    assert.deepEqual(await committed(name), JSON.parse(JSON.stringify(content)));
  });
}

type Claim = { circuit: string; input: object; publicSignals: { name: string; value: string }[] };

const statements = (await committed('statements.json')) as Readonly<Record<string, Claim>>;

for (const [kind, { circuit, input, publicSignals }] of Object.entries(statements)) {
  test(`the circuit accepts the published inputs of ${kind} and gives the published signals`, async () => {
    const { r1cs, calculator } = await loadStatement(circuit);
    const witness = calculator.witness(elements(input) as WitnessInput);
    assert.equal(checkWitness(r1cs, witness), undefined);
    assert.deepEqual(
      witness.slice(1, 1 + publicSignals.length),
      publicSignals.map(({ value }) => BigInt(value)),
    );
    assert.equal(r1cs.publicInputs + r1cs.publicOutputs, publicSignals.length);
  });
}

test('the published notices are found to be what they are published as', async () => {
  const { trust, ...notices } = (await committed('notice.json')) as Readonly<Record<string, Published>>;
  const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  for (const [what, { notice, subject, checks }] of Object.entries(notices)) {
    const found = checkNotice(bytes(notice), parseTrust(bytes(trust)), { subject: BigInt(subject) });
    assert.deepEqual(
      found.checks.map(({ name, result }) => `${name} ${result}`),
      checks,
      what,
    );
  }
});

type Published = { notice: unknown; subject: string; checks: string[] };

/** Decimal strings as integers, at any depth. */
function elements(value: unknown): unknown {
  if (typeof value === 'string') return BigInt(value);
  if (Array.isArray(value)) return value.map(elements);
  return Object.fromEntries(Object.entries(value as object).map(([name, member]) => [name, elements(member)]));
}
