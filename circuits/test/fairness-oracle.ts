import { B8, pointMultiply, poseidon, poseidonOutputs, reduceFr, sumPoints, tag, tallyGenerators } from '@assay/field';
import { fraction } from './fraction.ts';
import { type PartitionCounts, reference, type VerdictRules, verdict } from './verdict-oracle.ts';

/** A window, its policy, and what the prover draws: docs/spec/statements.md, section 8. */
export interface FairnessCase {
  readonly num: bigint;
  readonly den: bigint;
  readonly zNum: bigint;
  readonly zDen: bigint;
  readonly needSignificance: boolean;
  readonly nMin: bigint;
  readonly tMin: bigint;
  readonly minCell: bigint;
  readonly regulatorScalar: bigint;
  readonly partitionsHash: bigint;
  readonly partitions: readonly PartitionCounts[];
  readonly blinding: bigint;
  readonly e: bigint;
}

const bit = (value: boolean): bigint => (value ? 1n : 0n);

/** The rules of a case's policy, as verdicts need them. */
export function rulesOf({ num, den, zNum, zDen, needSignificance, nMin }: FairnessCase): VerdictRules {
  return { ratio: fraction(num, den), zSquare: fraction(zNum, zDen), needSignificance, nMin };
}

/** The word of a case's rules, and the policy's hash over it; `key` replaces the regulator's. */
export function policyOf(window: FairnessCase, key: Partial<{ keyX: bigint; keyY: bigint }> = {}) {
  const { x, y } = pointMultiply(B8, window.regulatorScalar);
  const { keyX, keyY } = { keyX: x as bigint, keyY: y as bigint, ...key };
  const rules = ruleWord(window);
  const hash: bigint = poseidon([tag('fairness-policy'), window.partitionsHash, keyX, keyY, rules]);
  return { keyX, keyY, rules, fairnessPolicyHash: hash };
}

/** All inputs of the fairness circuit, public signals as the specification gives them. */
export function fairnessInput(window: FairnessCase) {
  const { partitions, blinding, e, partitionsHash } = window;
  const { decided, approved, blinding: h } = tallyGenerators();
  const tally = sumPoints([
    pointMultiply(h, blinding),
    ...partitions.flatMap(({ sizes, approvals }, p) => [
      ...sizes.map((size, g) => pointMultiply(decided[p]![g]!, size)),
      ...approvals.map((count, g) => pointMultiply(approved[p]![g]!, count)),
    ]),
  ]);
  return {
    tallyX: tally.x as bigint,
    tallyY: tally.y as bigint,
    total: partitions[0]!.sizes.reduce((sum, size) => sum + size, 0n),
    partitionsHash,
    verdict: partitions.map((partition) => verdict(rulesOf(window), partition)),
    tableCiphertextHash: tableHash(window, tally),
    sizes: partitions.map(({ sizes }) => sizes),
    approvals: partitions.map(({ approvals }) => approvals),
    blinding,
    ...policyOf(window),
    h: partitions.map((partition) => BigInt(reference(rulesOf(window), partition) ?? 0)),
    e,
  };
}

function ruleWord(w: FairnessCase): bigint {
  const numbers = w.num + (w.den << 16n) + (w.zNum << 32n) + (w.zDen << 48n) + (bit(w.needSignificance) << 64n);
  const sizes = (w.nMin << 65n) + (w.tMin << 89n) + (w.minCell << 113n);
  const partitions = w.partitions.map(({ used, reference: fixed, tested }, p) => {
    const mask = tested.reduce((sum, yes, g) => sum + (bit(yes) << BigInt(g)), 0n);
    const rule = bit(used) + 2n * bit(fixed !== undefined) + 4n * BigInt(fixed ?? 0) + 32n * mask;
    return rule << BigInt(137 + 13 * p);
  });
  return partitions.reduce((sum, rule) => sum + rule, numbers + sizes);
}

interface Coordinates {
  readonly x: bigint;
  readonly y: bigint;
}

function tableHash({ partitions, minCell, regulatorScalar, e }: FairnessCase, tally: Coordinates) {
  const cells = partitions.flatMap(({ sizes, approvals }) =>
    sizes.flatMap((size, g) => (0n < size && size < minCell ? [0n, 1n] : [size, approvals[g]!])),
  );
  const ephemeral = pointMultiply(B8, e);
  // What the regulator computes: the same point from the other side.
  const shared = pointMultiply(ephemeral, regulatorScalar);
  const pads = poseidonOutputs([tag('table-pad'), shared.x, shared.y, tally.x, tally.y, 0n, 0n], 7);
  const words = pads.map((pad, i) => {
    const ten = cells.slice(10 * i, 10 * i + 10);
    return reduceFr(pad + ten.reduceRight((word, cell) => word * 2n ** 24n + cell, 0n));
  });
  return poseidon([tag('table'), ephemeral.x, ephemeral.y, ...words]) as bigint;
}
