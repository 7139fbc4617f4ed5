import type { operation } from '@assay/contracts';

/** Tells how far an installation is; a total of 0 where it is not known. */
export type ReportProgress = (stage: 'lowering' | 'comparing', completed: number, total: number) => void;

/** How far the installations are that are being made. Held in memory: what is not being made has no progress. */
export class InstallProgress {
  readonly #running = new Map<string, operation.OperationProgress>();

  /** `undefined` where none of this name is being made. */
  of(installationId: string): operation.OperationProgress | undefined {
    return this.#running.get(installationId);
  }

  /** Makes an installation, which tells by `report` how far it is; without a name nobody can ask. */
  async during<T>(installationId: string, make: (report: ReportProgress) => Promise<T>): Promise<T> {
    try {
      return await make((stage, completed, total) => {
        if (installationId !== '')
          this.#running.set(installationId, { stage, completed: BigInt(completed), total: BigInt(total) });
      });
    } finally {
      this.#running.delete(installationId);
    }
  }
}
