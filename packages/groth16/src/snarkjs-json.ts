import { type G1Affine, type G2Affine, isCanonical } from './points.ts';

/** A point of G1 as snarkjs writes it: projective, decimal, the last coordinate one. */
export type SnarkjsG1 = [x: string, y: string, z: string];

/** A point of G2 as snarkjs writes it: each coordinate as `[c0, c1]`. */
export type SnarkjsG2 = [x: [string, string], y: [string, string], z: [string, string]];

/** Reads `[x, y, "1"]`, or gives `undefined` when it is not that, canonical to the digit. */
export function parseG1(json: unknown): G1Affine | undefined {
  if (!Array.isArray(json) || json.length !== 3 || json[2] !== '1') return undefined;
  const [x, y] = [parseCoordinate(json[0]), parseCoordinate(json[1])];
  return x === undefined || y === undefined ? undefined : { x, y };
}

/** Reads `[[x0, x1], [y0, y1], ["1", "0"]]`, or gives `undefined` when it is not that, canonical to the digit. */
export function parseG2(json: unknown): G2Affine | undefined {
  if (!Array.isArray(json) || json.length !== 3) return undefined;
  const [x, y, z] = json.map(parseFq2);
  if (x === undefined || y === undefined || z?.c0 !== 1n || z.c1 !== 0n) return undefined;
  return { x, y };
}

/** `[x, y, "1"]`. */
export function formatG1({ x, y }: G1Affine): SnarkjsG1 {
  return [`${x}`, `${y}`, '1'];
}

/** `[[x0, x1], [y0, y1], ["1", "0"]]`. */
export function formatG2({ x, y }: G2Affine): SnarkjsG2 {
  return [
    [`${x.c0}`, `${x.c1}`],
    [`${y.c0}`, `${y.c1}`],
    ['1', '0'],
  ];
}

/** A JSON object with no other member than those listed, or `undefined`. */
export function parseObject(json: unknown, members: readonly string[]): Record<string, unknown> | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  return Object.keys(json).every((name) => members.includes(name)) ? (json as Record<string, unknown>) : undefined;
}

function parseFq2(json: unknown): { c0: bigint; c1: bigint } | undefined {
  if (!Array.isArray(json) || json.length !== 2) return undefined;
  const [c0, c1] = [parseCoordinate(json[0]), parseCoordinate(json[1])];
  return c0 === undefined || c1 === undefined ? undefined : { c0, c1 };
}

function parseCoordinate(json: unknown): bigint | undefined {
  // The length bound keeps an attacker from having megabytes of digits converted.
  if (typeof json !== 'string' || !/^(0|[1-9][0-9]{0,77})$/.test(json)) return undefined;
  const value = BigInt(json);
  return isCanonical(value) ? value : undefined;
}
