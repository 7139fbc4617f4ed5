// The part of snarkjs 0.7 that the project calls; the package comes without declarations.
declare module 'snarkjs' {
  /** A file held in memory (fastfile); functions that write fill in `data`. */
  export interface MemoryFile {
    type: 'mem';
    data?: Uint8Array;
  }

  export interface Curve {
    terminate(): Promise<void>;
  }

  export const curves: {
    getCurveFromName(name: 'bn128', options?: { singleThread?: boolean }): Promise<Curve>;
  };

  export const groth16: {
    prove(zkey: MemoryFile, witness: MemoryFile): Promise<{ proof: unknown; publicSignals: string[] }>;
    verify(verificationKey: unknown, publicSignals: readonly string[], proof: unknown): Promise<boolean>;
  };

  export const powersOfTau: {
    newAccumulator(curve: Curve, power: number, out: MemoryFile): Promise<unknown>;
    contribute(from: MemoryFile, out: MemoryFile, name: string, entropy: string): Promise<unknown>;
    preparePhase2(from: MemoryFile, out: MemoryFile): Promise<void>;
  };

  export const zKey: {
    newZKey(r1cs: MemoryFile, powersOfTau: MemoryFile, out: MemoryFile): Promise<unknown>;
    contribute(from: MemoryFile, out: MemoryFile, name: string, entropy: string): Promise<unknown>;
    beacon(from: MemoryFile, out: MemoryFile, name: string, beaconHex: string, iterationsExp: number): Promise<unknown>;
    exportVerificationKey(zkey: MemoryFile): Promise<unknown>;
  };
}
