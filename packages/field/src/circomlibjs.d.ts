/** The parts of circomlibjs, which has no types of its own, that tests compare with. */
declare module 'circomlibjs' {
  type Element = Uint8Array;
  interface Field {
    e(value: bigint): Element;
    toObject(value: Element): bigint;
  }
  type ReferencePoint = [Element, Element];

  export interface Babyjub {
    readonly F: Field;
    mulPointEscalar(point: ReferencePoint, scalar: bigint): ReferencePoint;
  }
  export interface Eddsa {
    readonly F: Field;
    prv2pub(secret: Uint8Array): ReferencePoint;
    signPoseidon(secret: Uint8Array, message: Element): { R8: ReferencePoint; S: bigint };
  }
  export interface PoseidonReference {
    (inputs: readonly bigint[]): Element;
    (inputs: readonly bigint[], capacity: number | Element, outputs: number): Element | Element[];
    readonly F: Field;
  }

  export function buildBabyjub(): Promise<Babyjub>;
  export function buildEddsa(): Promise<Eddsa>;
  export function buildPoseidonReference(): Promise<PoseidonReference>;
}
