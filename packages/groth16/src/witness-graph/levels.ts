import type { GraphNode } from './graph-builder.ts';

/** Nodes that need as many inversions one after another, and of what the inverses are needed from the next level on. */
export interface Level {
  readonly members: readonly number[];
  readonly divisors: readonly number[];
}

/** The operands of a node that are nodes. */
export function nodeOperands({ kind, operands }: GraphNode): readonly number[] {
  if (kind === 'constant' || kind === 'input') return [];
  return kind === 'bit' || kind === 'low' ? operands.slice(0, 1) : operands;
}

/** How often each node is used, by the goals and by the nodes that these need. */
export function countUses(nodes: readonly GraphNode[], goals: readonly number[]): Int32Array {
  const uses = new Int32Array(nodes.length);
  for (const node of goals) uses[node]!++;
  for (let node = nodes.length - 1; node >= 0; node--) {
    if (uses[node] === 0) continue;
    for (const operand of nodeOperands(nodes[node]!)) uses[operand]!++;
  }
  return uses;
}

/** The nodes that are used, by the number of inversions that have to come before, in each level in their own order. */
export function levelsOf(nodes: readonly GraphNode[], uses: Int32Array): Level[] {
  const levels = [{ members: [] as number[], divisors: [] as number[] }];
  const depths = new Int32Array(uses.length);
  const divided = new Set<number>();
  for (let node = 0; node < uses.length; node++) {
    if (uses[node] === 0) continue;
    const operands = nodeOperands(nodes[node]!);
    let depth = operands.reduce((most, operand) => Math.max(most, depths[operand]!), 0);
    if (nodes[node]!.kind === 'div') {
      const divisor = operands[1]!;
      if (!divided.has(divisor)) levels[depths[divisor]!]!.divisors.push(divisor);
      divided.add(divisor);
      depth = Math.max(depth, depths[divisor]! + 1);
    }
    depths[node] = depth;
    if (depth === levels.length) levels.push({ members: [], divisors: [] });
    levels[depth]!.members.push(node);
  }
  return levels;
}
