import { Groth16Error } from '@assay/groth16';
import { extractInThread } from './graph-thread.ts';

/** Told how the extraction of one witness graph goes. */
export interface GraphProgress {
  graphStarted(statement: string): void;
  /** @param obstacle why there is none; witnesses of this statement will come from its calculator */
  graphFinished(statement: string, obstacle?: string): void;
}

/** The witness graph of a statement's calculator, or undefined where no graph can stand for it. */
export async function deriveGraph(
  statement: string,
  wasm: Uint8Array,
  progress: GraphProgress,
): Promise<Uint8Array | undefined> {
  progress.graphStarted(statement);
  try {
    const graph = await extractInThread(wasm);
    progress.graphFinished(statement);
    return graph;
  } catch (error) {
    if (!(error instanceof Groth16Error) || error.code !== 'UNSUPPORTED_CALCULATOR') throw error;
    progress.graphFinished(statement, error.message);
    return undefined;
  }
}
