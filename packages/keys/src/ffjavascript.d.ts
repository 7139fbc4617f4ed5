// The part of ffjavascript 0.3 that this package calls; the package comes without declarations.
declare module 'ffjavascript' {
  export interface CurveEngine {
    readonly tm: {
      /** The WebAssembly module of the curve. */
      readonly code: Uint8Array<ArrayBuffer>;
      /** Addresses of the generators in its memory, in Jacobian coordinates. */
      readonly pG1gen: number;
      readonly pG2gen: number;
    };
  }

  export function buildBn128(singleThread: true): Promise<CurveEngine>;
}
