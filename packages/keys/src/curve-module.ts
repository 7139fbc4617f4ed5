/** Point functions of ffjavascript's compiled curve: they take and leave points in the module's memory, by address. */
export type PointFunction = 'addMixed' | 'subMixed' | 'double' | 'zero' | 'toJacobian' | 'toAffine' | 'batchToAffine';

/** The functions of one group. */
export type GroupFunctions = Readonly<Record<PointFunction, (...addresses: number[]) => void>>;

/** ffjavascript's curve as it goes to a thread: that package cannot be imported in one. */
export interface CurveCode {
  readonly code: Uint8Array<ArrayBuffer>;
  readonly generators: Readonly<Record<Group, number>>;
}

/** Which of the two groups a point is in. */
export type Group = 'G1' | 'G2';

/** The curve's functions, and the memory on which they work. */
export interface CurveModule {
  readonly memory: Memory;
  readonly groups: Readonly<Record<Group, GroupFunctions>>;
}

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

// The compiler's own declarations of WebAssembly come only with those of a browser.
interface WebAssemblyInterface {
  readonly Memory: new (size: { initial: number }) => Memory;
  instantiate(code: Uint8Array, imports: { env: { memory: Memory } }): Promise<{ instance: { exports: unknown } }>;
}

const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyInterface };

/** Pages that the module's own constants and its first heap take. */
const INITIAL_PAGES = 25;

/** Instantiates the curve with a memory of its own. */
export async function loadCurve({ code }: CurveCode): Promise<CurveModule> {
  const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES });
  const { instance } = await WebAssembly.instantiate(code, { env: { memory } });
  const exports = instance.exports as Readonly<
    Record<`${'g1m' | 'g2m'}_${PointFunction}`, (...addresses: number[]) => void>
  >;
  const functions = (prefix: 'g1m' | 'g2m'): GroupFunctions => ({
    addMixed: exports[`${prefix}_addMixed`],
    subMixed: exports[`${prefix}_subMixed`],
    double: exports[`${prefix}_double`],
    zero: exports[`${prefix}_zero`],
    toJacobian: exports[`${prefix}_toJacobian`],
    toAffine: exports[`${prefix}_toAffine`],
    batchToAffine: exports[`${prefix}_batchToAffine`],
  });
  return { memory, groups: { G1: functions('g1m'), G2: functions('g2m') } };
}
