import { SCALAR_FIELD_ORDER } from '../bn254.ts';
import { BINARY_OPERATORS, type BinaryOperator, UNARY_OPERATORS, type UnaryOperator } from './field-values.ts';
import { unsupported } from './unsupported.ts';

/** A node's value, from those of earlier nodes. */
export type NodeKind = 'constant' | 'input' | 'bit' | 'low' | 'select' | BinaryOperator | UnaryOperator;

/**
 * One node. Operands are indices of earlier nodes, except these: of a constant, its place among the constants; of an input, its
 * place in the input; the second of `bit`, which bit of the value (0 the lowest); the second of `low`, how many of the lowest bits.
 */
export interface GraphNode {
  readonly kind: NodeKind;
  readonly operands: readonly number[];
}

/** Bits of a value: it is below r, which is below 2^254. */
const VALUE_BITS = 254;
const HALF = SCALAR_FIELD_ORDER / 2n;
const COMMUTATIVE: ReadonlySet<string> = new Set(['add', 'mul', 'band', 'bor', 'bxor', 'eq', 'neq', 'land', 'lor']);
const BOOLEAN: ReadonlySet<string> = new Set(['eq', 'neq', 'lt', 'gt', 'leq', 'geq', 'land', 'lor', 'lnot']);
/** Key of a node in the table of nodes is `kind * 2^44 + first * 2^22 + second`. */
const MAX_NODES = 1 << 22;
const KINDS: readonly NodeKind[] = [
  ...(['constant', 'input', 'bit', 'low', 'select'] as const),
  ...(Object.keys(BINARY_OPERATORS) as BinaryOperator[]),
  ...(Object.keys(UNARY_OPERATORS) as UnaryOperator[]),
];

/**
 * The nodes of an evaluation graph, each kind and operands at most once; what has constant operands is a constant. Every node's
 * value is a field element in [0, r).
 */
export class GraphBuilder {
  readonly nodes: GraphNode[] = [];
  readonly constants: bigint[] = [];
  readonly #constantNodes = new Map<bigint, number>();
  readonly #known = new Map<number, number>();
  readonly #selects = new Map<number, Map<number, number>>();
  readonly #boolean: boolean[] = [];

  constant(value: bigint): number {
    const known = this.#constantNodes.get(value);
    if (known !== undefined) return known;
    const node = this.#add('constant', [this.constants.push(value) - 1], value <= 1n);
    this.#constantNodes.set(value, node);
    return node;
  }

  input(index: number): number {
    return this.#once('input', index, 0, false);
  }

  /** The value of a constant node, undefined for others. */
  valueOf(node: number): bigint | undefined {
    const { kind, operands } = this.nodes[node]!;
    return kind === 'constant' ? this.constants[operands[0]!] : undefined;
  }

  /** Whether a node can have no other values than 0 and 1. */
  isBoolean(node: number): boolean {
    return this.#boolean[node]!;
  }

  unary(kind: UnaryOperator, a: number): number {
    const value = this.valueOf(a);
    if (value !== undefined) return this.constant(UNARY_OPERATORS[kind](value));
    const operand = this.nodes[a]!;
    if (kind === operand.kind && kind !== 'bnot' && (kind === 'neg' || this.isBoolean(operand.operands[0]!)))
      return operand.operands[0]!;
    return this.#once(kind, a, 0, BOOLEAN.has(kind));
  }

  binary(kind: BinaryOperator, a: number, b: number): number {
    const first = this.valueOf(a);
    const second = this.valueOf(b);
    if (first !== undefined && second !== undefined) return this.constant(BINARY_OPERATORS[kind](first, second));
    const simpler = this.#simplify(kind, a, first, b, second);
    if (simpler !== undefined) return simpler;
    const swap = COMMUTATIVE.has(kind) && a > b;
    return this.#once(kind, swap ? b : a, swap ? a : b, BOOLEAN.has(kind) || this.#keepsBoolean(kind, a, b));
  }

  /** A bit of a value. */
  bit(node: number, index: number): number {
    const value = this.valueOf(node);
    if (value !== undefined) return this.constant((value >> BigInt(index)) & 1n);
    if (index >= VALUE_BITS) return this.constant(0n);
    return index === 0 && this.isBoolean(node) ? node : this.#once('bit', node, index, true);
  }

  /** A value modulo two to the power of `count`. */
  low(node: number, count: number): number {
    if (count >= VALUE_BITS) return node;
    if (count === 1) return this.bit(node, 0);
    const value = this.valueOf(node);
    if (value !== undefined) return this.constant(value & ((1n << BigInt(count)) - 1n));
    return this.isBoolean(node) ? node : this.#once('low', node, count, false);
  }

  /** Whether a node's value is not zero, as 0 or 1. */
  truth(node: number): number {
    return this.isBoolean(node) ? node : this.binary('neq', node, this.constant(0n));
  }

  /** The value of `whenTrue` where the boolean node `condition` is 1, else that of `whenFalse`. */
  select(condition: number, whenTrue: number, whenFalse: number): number {
    const known = this.valueOf(condition);
    if (known !== undefined) return known === 1n ? whenTrue : whenFalse;
    if (whenTrue === whenFalse) return whenTrue;
    const boolean = this.isBoolean(whenTrue) && this.isBoolean(whenFalse);
    if (boolean) {
      const [one, other] = [this.valueOf(whenTrue), this.valueOf(whenFalse)];
      if (one === 1n && other === 0n) return condition;
      if (one === 0n && other === 1n) return this.unary('lnot', condition);
      if (other === 0n || whenFalse === condition) return this.binary('land', condition, whenTrue);
      if (one === 1n || whenTrue === condition) return this.binary('lor', condition, whenFalse);
    }
    const byTrue = this.#selects.get(condition) ?? new Map<number, number>();
    const key = whenTrue * MAX_NODES + whenFalse;
    const node = byTrue.get(key) ?? this.#add('select', [condition, whenTrue, whenFalse], boolean);
    this.#selects.set(condition, byTrue.set(key, node));
    return node;
  }

  /** What an operation with at most one constant operand comes to without a node of its own. */
  #simplify(kind: BinaryOperator, a: number, first: bigint | undefined, b: number, second: bigint | undefined) {
    const either = first ?? second;
    const other = first === undefined ? a : b;
    switch (kind) {
      case 'add':
        if (either === 0n) return other;
        return this.#joinedBits(a, b) ?? this.#joinedBits(b, a);
      case 'sub':
        if (a === b) return this.constant(0n);
        if (first === 0n) return this.unary('neg', b);
        return second === 0n ? a : undefined;
      case 'mul':
        if (either === 0n) return this.constant(0n);
        if (either === 1n) return other;
        return this.#ofBooleans(a, b);
      case 'div':
        return second === undefined
          ? undefined
          : this.binary('mul', a, this.constant(BINARY_OPERATORS.div(1n, second)));
      case 'eq':
        if (a === b) return this.constant(1n);
        return either === 0n && this.isBoolean(other) ? this.unary('lnot', other) : undefined;
      case 'neq':
        if (a === b) return this.constant(0n);
        return either === 0n && this.isBoolean(other) ? other : undefined;
      case 'land':
        if (either === 0n) return this.constant(0n);
        return either === undefined ? undefined : this.truth(other);
      case 'lor':
        if (either === 0n) return this.truth(other);
        return either === undefined ? undefined : this.constant(1n);
      case 'band':
        return either === undefined ? undefined : this.#masked(other, either);
      case 'shl':
        return second === 0n ? a : undefined;
      case 'shr':
        if (second === 0n) return a;
        return second !== undefined && second >= VALUE_BITS && second < HALF ? this.constant(0n) : undefined;
      default:
        return undefined;
    }
  }

  /** What a bitwise "and" with a constant comes to, when that is a bit or the lowest bits. */
  #masked(node: number, mask: bigint): number | undefined {
    const bits = mask.toString(2);
    if (mask === 0n) return this.constant(0n);
    if (bits.includes('0')) return undefined;
    const { kind, operands } = this.nodes[node]!;
    const shift = kind === 'shr' ? this.valueOf(operands[1]!) : undefined;
    if (mask === 1n && shift !== undefined && shift < VALUE_BITS) return this.bit(operands[0]!, Number(shift));
    return this.low(node, bits.length);
  }

  /** The lowest bits of a value plus its next bit, as circuits that decompose one add them up: one more of the lowest bits. */
  #joinedBits(low: number, next: number): number | undefined {
    const product = this.nodes[next]!;
    if (product.kind !== 'mul') return undefined;
    const lowest = this.nodes[low]!;
    const isBit = lowest.kind === 'bit' && lowest.operands[1] === 0;
    if (!isBit && lowest.kind !== 'low') return undefined;
    const [value, count] = isBit ? [lowest.operands[0]!, 1] : lowest.operands;
    const [a, b] = product.operands as [number, number];
    const [bit, weight] = this.valueOf(a) === undefined ? [a, b] : [b, a];
    const expected = this.nodes[bit]!;
    const fits = expected.kind === 'bit' && expected.operands[0] === value && expected.operands[1] === count;
    return fits && this.valueOf(weight) === 1n << BigInt(count!) ? this.low(value!, count! + 1) : undefined;
  }

  /** What a product that only reads like a computation comes to: b*(b-1) and b*b of a boolean b. */
  #ofBooleans(a: number, b: number): number | undefined {
    if (a === b && this.isBoolean(a)) return a;
    for (const [boolean, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const { kind, operands } = this.nodes[other]!;
      if (!this.isBoolean(boolean) || (kind !== 'sub' && kind !== 'add')) continue;
      const constant = operands.find((operand) => operand !== boolean);
      const value = constant === undefined ? undefined : this.valueOf(constant);
      const vanishes = kind === 'sub' ? 1n : SCALAR_FIELD_ORDER - 1n;
      if (operands.includes(boolean) && value === vanishes) return this.constant(0n);
    }
    return undefined;
  }

  /** Whether an operation on such operands gives 0 or 1, though it need not on others. */
  #keepsBoolean(kind: BinaryOperator, a: number, b: number): boolean {
    if (kind === 'band') return this.isBoolean(a) || this.isBoolean(b);
    return kind === 'mul' && this.isBoolean(a) && this.isBoolean(b);
  }

  #once(kind: NodeKind, a: number, b: number, boolean: boolean): number {
    const key = KINDS.indexOf(kind) * 2 ** 44 + a * MAX_NODES + b;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const node = this.#add(kind, b === 0 && (kind in UNARY_OPERATORS || kind === 'input') ? [a] : [a, b], boolean);
    this.#known.set(key, node);
    return node;
  }

  #add(kind: NodeKind, operands: readonly number[], boolean: boolean): number {
    if (this.nodes.length >= MAX_NODES) throw unsupported(`it does more than ${MAX_NODES} operations`);
    this.#boolean.push(boolean);
    return this.nodes.push({ kind, operands }) - 1;
  }
}
