import type { operation } from '@assay/contracts';

/**
 * How far running operations are within their stage. Held in memory, since it is for display: after a restart the stage is known, and
 * the rest once the work goes on.
 */
export class ProgressBoard {
  readonly #known = new Map<string, operation.OperationProgress>();

  of(operationId: string): operation.OperationProgress | undefined {
    return this.#known.get(operationId);
  }

  set(operationId: string, progress: operation.OperationProgress): void {
    this.#known.set(operationId, progress);
  }

  clear(operationId: string): void {
    this.#known.delete(operationId);
  }
}
