import type { GraphBuilder } from './graph-builder.ts';

/** A node as a sum: products of two nodes each, nodes added and nodes subtracted. */
export interface Sum {
  readonly products: readonly (readonly [number, number])[];
  readonly added: readonly number[];
  readonly subtracted: readonly number[];
}

/** Terms of one sum; a longer one is a sum of sums. */
const MAX_TERMS = 64;

/**
 * Turns trees of additions and subtractions into sums: terms that nothing else uses are not computed by themselves, and their
 * products are reduced together.
 *
 * @param uses of each node; nodes without any are left out
 * @returns by node, the sums, and which nodes are part of a sum and need no value
 */
export function collectSums(
  graph: GraphBuilder,
  uses: Int32Array,
): { readonly sums: ReadonlyMap<number, Sum>; readonly absorbed: Uint8Array } {
  const sums = new Map<number, Sum>();
  const absorbed = new Uint8Array(graph.nodes.length);
  const minusOne = (constant: number): number => graph.unary('neg', constant);

  for (const [node, { kind, operands }] of [...graph.nodes].entries()) {
    if (uses[node] === 0 || (kind !== 'add' && kind !== 'sub')) continue;
    const terms = { products: [] as [number, number][], added: [] as number[], subtracted: [] as number[] };
    const size = (): number => terms.products.length + terms.added.length + terms.subtracted.length;
    const take = (operand: number, negative: boolean): void => {
      const alone = uses[operand] === 1;
      const inner = sums.get(operand);
      if (alone && inner !== undefined) {
        const flipped = negative ? flip(inner) : inner;
        const length = inner.products.length + inner.added.length + inner.subtracted.length;
        if (flipped !== undefined && size() + length < MAX_TERMS) {
          absorbed[operand] = 1;
          sums.delete(operand);
          terms.products.push(...flipped.products.map(([a, b]): [number, number] => [a, b]));
          terms.added.push(...flipped.added);
          terms.subtracted.push(...flipped.subtracted);
          return;
        }
      }
      const product = alone ? productOf(operand) : undefined;
      const signed = negative && product !== undefined ? negated(product) : product;
      if (signed !== undefined) {
        absorbed[operand] = 1;
        terms.products.push(signed);
      } else {
        (negative ? terms.subtracted : terms.added).push(operand);
      }
    };
    take(operands[0]!, false);
    take(operands[1]!, kind === 'sub');
    sums.set(node, terms);
  }
  return { sums, absorbed };

  /** A product by a boolean is cheaper as a selection. */
  function productOf(node: number): [number, number] | undefined {
    const { kind, operands } = graph.nodes[node]!;
    const [a, b] = operands as [number, number];
    return kind === 'mul' && !graph.isBoolean(a) && !graph.isBoolean(b) ? [a, b] : undefined;
  }

  /** The product with the opposite sign, where one factor is a constant. */
  function negated([a, b]: readonly [number, number]): [number, number] | undefined {
    if (graph.valueOf(a) !== undefined) return [minusOne(a), b];
    return graph.valueOf(b) === undefined ? undefined : [a, minusOne(b)];
  }

  function flip({ products, added, subtracted }: Sum): Sum | undefined {
    const flipped = products.map(negated);
    if (flipped.includes(undefined)) return undefined;
    return { products: flipped as [number, number][], added: subtracted, subtracted: added };
  }
}
