import { SCALAR_FIELD_ORDER } from '../bn254.ts';
import type { GraphBuilder, NodeKind } from './graph-builder.ts';
import type { Instruction, Operation } from './instructions.ts';
import { countUses, levelsOf } from './levels.ts';
import { collectSums, type Sum } from './sums.ts';

/** What a graph is evaluated for. */
export interface GraphGoals {
  /** Nodes that must not be zero, each once, in the order in which the calculator checks them. */
  readonly requirements: readonly number[];
  /** The node of each wire. */
  readonly wires: readonly number[];
}

/** Instructions that evaluate a graph. Values below `constants.length` are constants, the next `inputCount` are inputs, plain. */
export interface LoweredGraph {
  /** As they are in a slot: plain or Montgomery form, as their instructions need them. */
  readonly constants: readonly bigint[];
  readonly inputCount: number;
  readonly valueCount: number;
  readonly instructions: readonly Instruction[];
}

const R = (1n << 256n) % SCALAR_FIELD_ORDER;

/** Operators on integers, whose results are plain as well. */
const PLAIN_OPERATIONS: Partial<Record<NodeKind, Operation>> = {
  low: 'low',
  bnot: 'not',
  idiv: 'quotient',
  mod: 'remainder',
  shl: 'shiftLeft',
  shr: 'shiftRight',
  band: 'and',
  bor: 'or',
  bxor: 'exclusiveOr',
};

/**
 * Chooses instructions for the nodes that requirements and wires need.
 *
 * Nodes come in levels: those that need no inversion, those that need one before them, and so on, within a level in the order of
 * the nodes. All inversions of a level then cost little more than one.
 */
export function lowerGraph(graph: GraphBuilder, inputCount: number, goals: GraphGoals): LoweredGraph {
  return new Lowering(graph, inputCount).run(goals);
}

class Lowering {
  readonly #graph: GraphBuilder;
  readonly #inputCount: number;
  readonly #instructions: Instruction[] = [];
  readonly #constants = new Map<bigint, number>();
  /** By node, its value in a form, if it was needed so far. */
  readonly #montgomery: (number | undefined)[] = [];
  readonly #plain: (number | undefined)[] = [];
  /** Of divisors, by node. */
  readonly #inverses = new Map<number, number>();
  #values: number;

  constructor(graph: GraphBuilder, inputCount: number) {
    this.#graph = graph;
    this.#inputCount = inputCount;
    // Constants are numbered downwards from -1 until it is known how many there are.
    this.#values = inputCount;
  }

  run(goals: GraphGoals): LoweredGraph {
    const { nodes } = this.#graph;
    const uses = countUses(nodes, [...goals.requirements, ...goals.wires]);
    const { sums, absorbed } = collectSums(this.#graph, uses);
    const requirements = new Map(goals.requirements.map((node, index) => [node, index]));
    const wires = Map.groupBy(goals.wires.keys(), (wire) => goals.wires[wire]!);
    for (const { members, divisors } of levelsOf(nodes, uses)) {
      for (const node of members) {
        if (absorbed[node]) continue;
        const requirement = requirements.get(node);
        // An equality that nothing else uses is checked without a value of its own.
        if (requirement !== undefined && uses[node] === 1 && nodes[node]!.kind === 'eq') {
          this.#requireEqual(node, requirement);
          continue;
        }
        const sum = sums.get(node);
        if (sum === undefined) this.#node(node);
        else this.#montgomery[node] = this.#sum(sum);
        if (requirement !== undefined) this.#require(node, requirement);
        for (const wire of wires.get(node) ?? []) this.#wire(node, wire);
      }
      this.#invert(divisors);
    }
    return this.#numbered();
  }

  #requireEqual(node: number, index: number): void {
    const [a, b] = this.#graph.nodes[node]!.operands;
    this.#instructions.push({ operation: 'requireEqual', results: [], operands: this.#sameForm(a!, b!), index });
  }

  #require(node: number, index: number): void {
    this.#instructions.push({ operation: 'require', results: [], operands: [this.#inAny(node)], index });
  }

  #wire(node: number, index: number): void {
    const isPlain = this.#graph.valueOf(node) !== undefined || this.#plain[node] !== undefined;
    const other = this.#graph.isBoolean(node) ? 'wireBoolean' : 'wireMontgomery';
    const value = isPlain ? this.#inPlain(node) : this.#inMontgomery(node);
    this.#instructions.push({ operation: isPlain ? 'wirePlain' : other, results: [], operands: [value], index });
  }

  #invert(divisors: readonly number[]): void {
    if (divisors.length === 0) return;
    const operands = divisors.map((node) => this.#inMontgomery(node));
    const results = divisors.map(() => this.#values++);
    for (const [i, node] of divisors.entries()) this.#inverses.set(node, results[i]!);
    this.#instructions.push({ operation: 'invert', results, operands, counts: [results.length] });
  }

  #sum({ products, added, subtracted }: Sum): number {
    const operands = [...products.flat(), ...added, ...subtracted].map((operand) => this.#inMontgomery(operand));
    const counts = [products.length, added.length, subtracted.length];
    const shape = counts.join();
    if (shape === '0,2,0') return this.#result('add', operands);
    return shape === '0,1,1' ? this.#result('subtract', operands) : this.#result('sum', operands, counts);
  }

  #node(node: number): void {
    const { kind, operands } = this.#graph.nodes[node]!;
    if (kind === 'constant') return;
    const plain = PLAIN_OPERATIONS[kind];
    if (kind === 'input') this.#plain[node] = operands[0]!;
    else if (kind === 'low') this.#plain[node] = this.#result('low', [this.#inPlain(operands[0]!)], [operands[1]!]);
    else if (plain !== undefined) {
      const values = operands.map((operand) => this.#inPlain(operand));
      this.#plain[node] = this.#result(plain, values);
    } else this.#montgomery[node] = this.#montgomeryResult(kind, operands as [number, number, number]);
  }

  #montgomeryResult(kind: NodeKind, [a, b, c]: [number, number, number]): number {
    const m = (node: number): number => this.#inMontgomery(node);
    const p = (node: number): number => this.#inPlain(node);
    switch (kind) {
      case 'mul':
        if (this.#graph.isBoolean(a)) return this.#result('select', [m(a), m(b), this.#constant(0n)]);
        if (this.#graph.isBoolean(b)) return this.#result('select', [m(b), m(a), this.#constant(0n)]);
        return this.#result('multiply', [m(a), m(b)]);
      case 'neg':
        return this.#result('negate', [m(a)]);
      case 'div': {
        const inverse = this.#inverses.get(b)!;
        return this.#graph.valueOf(a) === 1n ? inverse : this.#result('multiply', [m(a), inverse]);
      }
      case 'pow':
        return this.#result('power', [m(a), p(b)]);
      case 'bit':
        return this.#result('bit', [p(a)], [b]);
      case 'eq':
        return this.#result('equal', this.#sameForm(a, b));
      case 'neq':
        return this.#result('different', this.#sameForm(a, b));
      case 'lt':
        return this.#result('less', [p(a), p(b)]);
      case 'gt':
        return this.#result('less', [p(b), p(a)]);
      case 'leq':
        return this.#result('lessOrEqual', [p(a), p(b)]);
      case 'geq':
        return this.#result('lessOrEqual', [p(b), p(a)]);
      case 'land':
        return this.#result('both', [this.#inAny(a), this.#inAny(b)]);
      case 'lor':
        return this.#result('either', [this.#inAny(a), this.#inAny(b)]);
      case 'lnot':
        return this.#result('isZero', [this.#inAny(a)]);
      case 'select':
        return this.#result('select', [m(a), m(b), m(c)]);
      default:
        throw new RangeError(`no instruction for ${kind}`);
    }
  }

  /** Both in the form that takes fewer conversions. */
  #sameForm(a: number, b: number): [number, number] {
    const lacking = (form: readonly (number | undefined)[]): number =>
      [a, b].filter((node) => this.#graph.valueOf(node) === undefined && form[node] === undefined).length;
    return lacking(this.#montgomery) <= lacking(this.#plain)
      ? [this.#inMontgomery(a), this.#inMontgomery(b)]
      : [this.#inPlain(a), this.#inPlain(b)];
  }

  /** In either form: zero is zero in both. */
  #inAny(node: number): number {
    return this.#montgomery[node] ?? this.#plain[node] ?? this.#inMontgomery(node);
  }

  #inMontgomery(node: number): number {
    const constant = this.#graph.valueOf(node);
    if (constant !== undefined) return this.#constant((constant * R) % SCALAR_FIELD_ORDER);
    const value = this.#montgomery[node] ?? this.#result('toMontgomery', [this.#plain[node]!]);
    this.#montgomery[node] = value;
    return value;
  }

  #inPlain(node: number): number {
    const constant = this.#graph.valueOf(node);
    if (constant !== undefined) return this.#constant(constant);
    const value = this.#plain[node] ?? this.#result('toPlain', [this.#montgomery[node]!]);
    this.#plain[node] = value;
    return value;
  }

  #constant(content: bigint): number {
    const value = this.#constants.get(content) ?? -1 - this.#constants.size;
    this.#constants.set(content, value);
    return value;
  }

  #result(operation: Operation, operands: readonly number[], counts?: readonly number[]): number {
    const result = this.#values++;
    this.#instructions.push({ operation, results: [result], operands, ...(counts === undefined ? {} : { counts }) });
    return result;
  }

  /** Numbers constants, inputs and results one after another. */
  #numbered(): LoweredGraph {
    const count = this.#constants.size;
    const place = (value: number): number => (value < 0 ? -1 - value : count + value);
    return {
      constants: [...this.#constants.keys()],
      inputCount: this.#inputCount,
      valueCount: count + this.#values,
      instructions: this.#instructions.map((instruction) => ({
        ...instruction,
        results: instruction.results.map(place),
        operands: instruction.operands.map(place),
      })),
    };
  }
}
