declare const nativeWitnessGraph: unique symbol;

/** An evaluation graph that native code holds, checked. */
export interface LoadedWitnessGraph {
  readonly [nativeWitnessGraph]: true;
}

/**
 * The part of the native addon that computes witnesses. Inputs and wires are 32 bytes each, little-endian, below r. What is thrown
 * or rejected has a Groth16ErrorCode as its `code`: `MALFORMED_INPUT` for other sizes or values.
 */
export interface NativeWitness {
  /** Reads and checks a graph file (`MALFORMED_GRAPH`): about a millisecond. */
  loadWitnessGraph(file: Uint8Array): LoadedWitnessGraph;
  /**
   * Fills `wires`, here and now.
   *
   * @returns the number of the first requirement that the inputs do not meet, or undefined when they meet all
   */
  evaluateWitnessGraph(graph: LoadedWitnessGraph, inputs: Uint8Array, wires: Uint8Array): number | undefined;
  /** The same away from the main thread. Inputs are copied first. @returns the wires, or the number of the requirement */
  computeWitness(graph: LoadedWitnessGraph, inputs: Uint8Array): Promise<Uint8Array | number>;
}
