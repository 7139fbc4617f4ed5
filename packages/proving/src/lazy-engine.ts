import type { JobOptions, ProvingEngine, WitnessInput } from '@assay/groth16';

/** Starts the engine of one circuit. */
export type EngineStart = () => Promise<ProvingEngine>;

/**
 * An engine with others behind it that are started when somebody first asks for their circuits: keys that few need take memory,
 * and time at the start, only where they are needed. An engine that did not start is tried again with the next job.
 */
export class LazyEngine implements ProvingEngine {
  readonly #base: ProvingEngine;
  readonly #later: ReadonlyMap<string, EngineStart>;
  readonly #started = new Map<string, Promise<ProvingEngine>>();
  #closed = false;

  /** @param later by circuit; all others are the base's */
  constructor(base: ProvingEngine, later: ReadonlyMap<string, EngineStart>) {
    this.#base = base;
    this.#later = later;
  }

  get name(): string {
    return this.#base.name;
  }

  get provingSystem(): string {
    return this.#base.provingSystem;
  }

  async prove(circuit: string, input: WitnessInput, options?: JobOptions) {
    return await (await this.#engineOf(circuit)).prove(circuit, input, options);
  }

  async witness(circuit: string, input: WitnessInput, options?: JobOptions) {
    return await (await this.#engineOf(circuit)).witness(circuit, input, options);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const started = await Promise.allSettled(this.#started.values());
    const engines = started.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    await Promise.all([this.#base, ...engines].map((engine) => engine.close()));
  }

  /** A closed base refuses every job, and so does this for the circuits of engines that it has not started. */
  #engineOf(circuit: string): Promise<ProvingEngine> {
    const known = this.#started.get(circuit);
    const start = this.#later.get(circuit);
    if (known !== undefined || start === undefined || this.#closed) return known ?? Promise.resolve(this.#base);
    const starting = start();
    this.#started.set(circuit, starting);
    starting.catch(() => this.#started.delete(circuit));
    return starting;
  }
}
