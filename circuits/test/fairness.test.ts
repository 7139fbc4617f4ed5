import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { B8, FIELD_ORDER, fr, pointMultiply, SUBGROUP_ORDER, scalar } from '@assay/field';
import { checkWitness, type WitnessInput } from '@assay/groth16';
import {
  compileFairnessPolicy,
  type FairnessPolicy,
  type FairnessPolicyDocument,
  fairnessClaim,
  type Partitions,
  VERDICTS,
} from '@assay/statements';
import fc from 'fast-check';
import { type CompiledStatement, loadStatement } from './artifacts.ts';
import { type FairnessCase, fairnessInput, policyOf } from './fairness-oracle.ts';
import { highest, MAX_TOTAL, PLAIN_WINDOW, unused, windows } from './fairness-samples.ts';

const PUBLIC = ['tallyX', 'tallyY', 'total', 'partitionsHash', 'fairnessPolicyHash', 'verdict', 'tableCiphertextHash'];

/** The claim of the same window, made by the package from documents. */
function claimOf(window: FairnessCase) {
  const names = window.partitions.map((_, p) => `p${p}`);
  const groups = Array.from({ length: 8 }, (_, g) => `g${g}`);
  const used = names.filter((_, p) => window.partitions[p]!.used);
  const key = pointMultiply(B8, window.regulatorScalar);
  const document: FairnessPolicyDocument = {
    name: 'sample',
    version: '1',
    ratio: { num: Number(window.num), den: Number(window.den) },
    significance: { zNum: Number(window.zNum), zDen: Number(window.zDen), required: window.needSignificance },
    nMin: Number(window.nMin),
    tMin: Number(window.tMin),
    minCell: Number(window.minCell),
    regulatorKey: [String(key.x), String(key.y)],
    partitions: window.partitions.slice(0, used.length).map(({ reference, tested }, p) => ({
      partition: names[p]!,
      reference: reference === undefined ? 'highest' : groups[reference]!,
      tested: groups.filter((_, g) => tested[g]),
    })),
  };
  const partitions = {
    document: { partitions: used.map((name) => ({ name, groups })) },
    hash: fr(window.partitionsHash),
  } as unknown as Partitions;
  const policy: FairnessPolicy = compileFairnessPolicy(document, partitions);
  const counts = (rows: readonly (readonly bigint[])[]): number[][] => rows.map((row) => row.map(Number));
  const opening = {
    sizes: counts(window.partitions.map(({ sizes }) => sizes)),
    approvals: counts(window.partitions.map(({ approvals }) => approvals)),
    blinding: window.blinding,
  };
  return fairnessClaim(policy, opening, scalar(window.e));
}

/** A window that documents can give: used partitions first, references tested, unused ones with everybody in group 0. */
function documented(window: FairnessCase): FairnessCase {
  const total = window.partitions[0]!.sizes.reduce((sum, size) => sum + size, 0n);
  const used = window.partitions.filter((partition) => partition.used);
  const partitions = used.map((partition) =>
    partition.reference !== undefined && !partition.tested[partition.reference]
      ? { ...partition, reference: undefined }
      : partition,
  );
  const tMin = window.tMin === 0n ? 1n : window.tMin;
  return { ...window, tMin, partitions: [0, 1, 2, 3].map((p) => partitions[p] ?? unused(0n, total)) };
}

suite('fairness', () => {
  let circuit: CompiledStatement;
  before(async () => {
    circuit = await loadStatement('fairness');
  });
  const accepts = (input: WitnessInput): void =>
    assert.equal(checkWitness(circuit.r1cs, circuit.calculator.witness(input)), undefined);
  const refuses = (input: WitnessInput): void =>
    assert.throws(() => circuit.calculator.witness(input), { code: 'WITNESS_REJECTED' });

  test('has the public signals of the specification, in its order', () => {
    const input = fairnessInput(PLAIN_WINDOW);
    const witness = circuit.calculator.witness(input);
    const signals = [input.tallyX, input.tallyY, input.total, input.partitionsHash, input.fairnessPolicyHash];
    assert.deepEqual([circuit.r1cs.publicInputs, circuit.r1cs.publicOutputs], [10, 0]);
    assert.deepEqual(witness.slice(1, 11), [...signals, ...input.verdict, input.tableCiphertextHash]);
    assert.deepEqual(input.verdict, [1n, 2n, 3n, 0n]);
    assert.equal(checkWitness(circuit.r1cs, witness), undefined);
  });

  test('agrees with the specification on random windows', () => {
    fc.assert(
      fc.property(windows, (window) => void circuit.calculator.witness(fairnessInput(window))),
      { numRuns: 10 },
    );
  });

  test('agrees with the statements package on random windows that documents give', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(windows.map(documented), (window) => {
        const claim = claimOf(window);
        for (const verdict of claim.verdicts) seen.add(verdict);
        assert.deepEqual(claim.input, fairnessInput(window));
      }),
      { numRuns: 30 },
    );
    assert.deepEqual([...seen].sort(), [...VERDICTS].sort());
  });

  for (const [name, change] of Object.entries<Partial<FairnessCase>>({
    'an empty window': { partitions: [highest(), highest(), unused(0n, 0n), unused(0n, 0n)] },
    'cells of exactly minCell and one fewer': {
      minCell: 5n,
      partitions: [highest([5n, 5n], [4n, 4n]), highest([0n, 4n], [0n, 5n]), unused(0n, 9n), unused(4n, 9n)],
    },
    'cells of one, and nothing hidden': {
      minCell: 1n,
      partitions: [highest([0n, 1n], [1n, 1n]), highest([0n, 2n]), unused(0n, 2n), unused(1n, 2n)],
    },
    'no smallest cell': { minCell: 0n },
    'everything hidden': { minCell: MAX_TOTAL },
    'a window of 2^24 - 1': {
      minCell: MAX_TOTAL,
      partitions: [
        highest([MAX_TOTAL, MAX_TOTAL]),
        highest([1n, 1n], [0n, MAX_TOTAL - 1n]),
        unused(0n, MAX_TOTAL),
        unused(5n, MAX_TOTAL),
      ],
    },
    'the largest parameters': {
      num: 65535n,
      den: 65535n,
      zNum: 65535n,
      zDen: 65535n,
      tMin: MAX_TOTAL,
      nMin: MAX_TOTAL,
    },
    'the smallest parameters': { num: 1n, den: 1n, zNum: 0n, zDen: 1n, tMin: 0n, nMin: 1n },
    'extreme scalars': { blinding: 2n ** 251n - 1n, e: 1n, regulatorScalar: SUBGROUP_ORDER - 1n },
  })) {
    test(`accepts ${name}`, () => accepts(fairnessInput({ ...PLAIN_WINDOW, ...change })));
  }

  for (const name of PUBLIC) {
    test(`refuses another ${name}`, () => {
      const input = fairnessInput(PLAIN_WINDOW);
      const next = (value: bigint): bigint => (value + 1n) % FIELD_ORDER;
      if (name !== 'verdict') refuses({ ...input, [name]: next(input[name as 'total']) });
      else for (const p of [0, 1, 2, 3]) refuses({ ...input, verdict: input.verdict.with(p, next(input.verdict[p]!)) });
    });
  }

  test('refuses a window of 2^24, more approvals than members, and scalars of 2^251', () => {
    const whole = MAX_TOTAL + 1n;
    const large = [highest([0n, whole - 1n], [0n, 1n]), ...[1, 2, 3].map(() => unused(0n, whole))];
    refuses(fairnessInput({ ...PLAIN_WINDOW, partitions: large }));
    refuses(fairnessInput({ ...PLAIN_WINDOW, partitions: [0, 1, 2, 3].map(() => unused(6n, 5n)) }));
    refuses(fairnessInput({ ...PLAIN_WINDOW, blinding: 2n ** 251n }));
    refuses(fairnessInput({ ...PLAIN_WINDOW, e: 2n ** 251n }));
  });

  test('refuses partitions of different sizes', () => {
    const [first, ...others] = PLAIN_WINDOW.partitions;
    const smaller = { ...first!, sizes: first!.sizes.with(3, 2n) };
    refuses(fairnessInput({ ...PLAIN_WINDOW, partitions: [smaller, ...others] }));
    refuses(fairnessInput({ ...PLAIN_WINDOW, partitions: [...others, smaller] }));
  });

  test('refuses a policy whose ratio is zero or above one', () => {
    refuses(fairnessInput({ ...PLAIN_WINDOW, num: 0n }));
    refuses(fairnessInput({ ...PLAIN_WINDOW, num: 6n }));
  });

  test('refuses a regulator key off the curve', () => {
    const input = fairnessInput(PLAIN_WINDOW);
    refuses({ ...input, ...policyOf(PLAIN_WINDOW, { keyY: input.keyY + 1n }) });
  });
});
