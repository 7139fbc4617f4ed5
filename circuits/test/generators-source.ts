import { type Point, tallyGenerators } from '@assay/field';

/** The text that circuits/lib/generators.circom has to have: packages/field's generators as functions of the compiler. */
export function generatorsSource(): string {
  const { decided, approved, blinding } = tallyGenerators();
  return `pragma circom 2.2.2;

// Bases of the tallies, docs/spec/statements.md, section 7: [partition][group][x, y]. Generated from packages/field by
// \`node circuits/test/write-generators.ts\`; circuits/test/generators.test.ts fails when this file differs.

${grid('tallyDecided', decided)}
${grid('tallyApproved', approved)}
function tallyBlinding() {
    var point[2] = ${pair(blinding)};
    return point;
}
`;
}

function grid(name: string, points: readonly (readonly Point[])[]): string {
  const rows = points.map(
    (row) => `        [\n${row.map((point) => `            ${pair(point)}`).join(',\n')}\n        ]`,
  );
  return `function ${name}() {
    var points[${points.length}][${points[0]!.length}][2] = [
${rows.join(',\n')}
    ];
    return points;
}
`;
}

function pair({ x, y }: Point): string {
  return `[${x}, ${y}]`;
}
