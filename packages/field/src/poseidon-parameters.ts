import { FIELD_ORDER, invertFr, reduceFr } from './fr.ts';
import { grainNumbers } from './poseidon-grain.ts';

/** Full rounds, half of them before the partial ones and half behind (eprint 2019/458, table 2). */
export const FULL_ROUNDS = 8;
const HALF = FULL_ROUNDS / 2;
/** Partial rounds by width, from 2 (circomlib's choice). */
const PARTIAL_ROUNDS = [56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68] as const;

type Vector = readonly bigint[];
type Matrix = readonly Vector[];

/** The linear layer of a partial round: `x_0' = corner x_0 + row . x_rest`, `x_rest' = x_rest + column x_0`. */
export interface SparseLayer {
  /** Added to `x_0` before the S-box. */
  readonly constant: bigint;
  readonly row: Vector;
  readonly column: Vector;
}

/** A Poseidon permutation of one width, in the equivalent form that needs fewest products. */
export interface PoseidonParameters {
  /** Constants of the full rounds before the partial ones. */
  readonly first: Matrix;
  /** Linear layer of every full round but the last one before the partial rounds. */
  readonly mix: Matrix;
  /** Linear layer of that one. */
  readonly bridge: Matrix;
  readonly partial: readonly SparseLayer[];
  /** Upper left element of `mix`. */
  readonly corner: bigint;
  /** Constants of the full rounds behind. */
  readonly last: Matrix;
}

/**
 * Parameters of the permutation of `width` elements over the BN254 scalar field: constants and matrix from the Grain generator,
 * then rewritten as appendix B of eprint 2019/458 shows. With the matrix `M = [[m, v], [w, N]]`, a partial round's
 * constants beside the first move into the next round, and its layer into a sparse one: `diag(1, N)` passes the S-box of the first
 * element, so that the k-th layer from the end has the row `v N^-(k+1)` and the column `N^k w`, and what is left, `diag(1, N^rounds)`,
 * goes into the full round before.
 */
export function poseidonParameters(width: number): PoseidonParameters {
  const rounds = PARTIAL_ROUNDS[width - 2]!;
  const { constants: own, x, y } = grainNumbers(width, FULL_ROUNDS, rounds);
  const mix = cauchy(x, y);
  const { constants, carried } = pushForward(own.slice(HALF, HALF + rounds), mix);
  const [corner, ...v] = mix[0]!;
  const inner = mix.slice(1).map((row) => row.slice(1));
  const inverse = transposed(inverted(inner));
  let row: Vector = v;
  let column: Vector = mix.slice(1).map(([first]) => first!);
  const partial: SparseLayer[] = [];
  for (let round = rounds - 1; round >= 0; round--) {
    row = times(inverse, row);
    partial.push({ constant: constants[round]!, row, column });
    column = times(inner, column);
  }
  const [after, ...last] = own.slice(HALF + rounds);
  return {
    first: own.slice(0, HALF),
    mix,
    bridge: bridgeOf(mix, inner, rounds),
    partial: partial.reverse(),
    corner: corner!,
    last: [sum(after!, carried), ...last],
  };
}

/** Leaves each partial round the constant of its first element; the others go through its linear layer into the next round. */
function pushForward(rounds: Matrix, mix: Matrix): { constants: Vector; carried: Vector } {
  let carried: Vector = mix.map(() => 0n);
  const constants = rounds.map((own) => {
    const [first, ...rest] = sum(own, carried);
    carried = times(mix, [0n, ...rest]);
    return first!;
  });
  return { constants, carried };
}

/** The matrix `1 / (x_i + y_j)`, with one inversion: of the product of all divisors. */
function cauchy(x: Vector, y: Vector): Matrix {
  const divisors = x.flatMap((a) => y.map((b) => (a + b) % FIELD_ORDER));
  const before: bigint[] = [];
  let product = 1n;
  for (const divisor of divisors) {
    before.push(product);
    product = (product * divisor) % FIELD_ORDER;
  }
  let rest: bigint = invertFr(reduceFr(product));
  for (let i = divisors.length - 1; i >= 0; i--) {
    before[i] = (before[i]! * rest) % FIELD_ORDER;
    rest = (rest * divisors[i]!) % FIELD_ORDER;
  }
  return x.map((_, i) => before.slice(i * y.length, (i + 1) * y.length));
}

/** `diag(1, inner^rounds) mix`. */
function bridgeOf(mix: Matrix, inner: Matrix, rounds: number): Matrix {
  const [first, ...rest] = mix;
  return [first!, ...product(power(inner, rounds), rest)];
}

/** `matrix^exponent` for an exponent of at least 1. */
function power(matrix: Matrix, exponent: number): Matrix {
  if (exponent === 1) return matrix;
  const half = power(matrix, exponent >> 1);
  const square = product(half, half);
  return exponent % 2 === 0 ? square : product(square, matrix);
}

function product(a: Matrix, b: Matrix): Matrix {
  const columns = transposed(b);
  return a.map((row) => times(columns, row));
}

function times(matrix: Matrix, vector: Vector): Vector {
  return matrix.map((row) => row.reduce((dot, element, j) => dot + element * vector[j]!, 0n) % FIELD_ORDER);
}

function sum(a: Vector, b: Vector): Vector {
  return a.map((element, i) => (element + b[i]!) % FIELD_ORDER);
}

function transposed(matrix: Matrix): Matrix {
  return matrix[0]!.map((_, j) => matrix.map((row) => row[j]!));
}

/** Gauss and Jordan; a Cauchy matrix has an inverse, and every pivot is found. */
function inverted(matrix: Matrix): Matrix {
  const size = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1n : 0n))]);
  for (let at = 0; at < size; at++) {
    const found = rows.findIndex((row, i) => i >= at && row[at] !== 0n);
    [rows[at], rows[found]] = [rows[found]!, rows[at]!];
    const scale = invertFr(reduceFr(rows[at]![at]!));
    const pivot = rows[at]!.map((element) => (element * scale) % FIELD_ORDER);
    rows[at] = pivot;
    for (let i = 0; i < size; i++) {
      const factor = rows[i]![at]!;
      if (i === at || factor === 0n) continue;
      rows[i] = rows[i]!.map((element, j) => reduceFr(element - factor * pivot[j]!));
    }
  }
  return rows.map((row) => row.slice(size));
}
