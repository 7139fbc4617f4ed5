import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { checkWitness, type WitnessInput } from '@assay/groth16';
import { checkNotice, parseTrust, verifyEvidence } from '@assay/verify';
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

test('the published evidence is found to be what it is published as, and refused without one of its lines', async () => {
  const { trust, proved, pruned, refused } = (await committed('evidence.json')) as PublishedEvidence;
  const read = parseTrust(new TextEncoder().encode(JSON.stringify(trust)));
  const check = (lines: readonly string[]) =>
    verifyEvidence(new TextEncoder().encode(lines.map((line) => `${line}\n`).join('')), read);
  for (const { lines, found } of [proved, pruned]) {
    const report = await check(lines);
    for (const [name, value] of Object.entries(found))
      assert.deepEqual(report[name as keyof typeof report], value, name);
  }
  for (const { of, without, found } of refused)
    await assert.rejects(check({ proved, pruned }[of].lines.toSpliced(without, 1)), { name: 'VerifyError', ...found });
});

type Bundle = { readonly lines: readonly string[]; readonly found: Readonly<Record<string, unknown>> };
type PublishedEvidence = {
  readonly trust: unknown;
  readonly proved: Bundle;
  readonly pruned: Bundle;
  readonly refused: readonly {
    readonly of: 'proved' | 'pruned';
    readonly without: number;
    readonly found: { readonly code: string };
  }[];
};

type Published = { notice: unknown; subject: string; checks: string[] };

/** Decimal strings as integers, at any depth. */
function elements(value: unknown): unknown {
  if (typeof value === 'string') return BigInt(value);
  if (Array.isArray(value)) return value.map(elements);
  return Object.fromEntries(Object.entries(value as object).map(([name, member]) => [name, elements(member)]));
}
