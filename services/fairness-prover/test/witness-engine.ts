import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { WitnessInput } from '@assay/groth16';
import { createWitnessCalculator, type JobOptions, type ProveResult, type ProvingEngine } from '@assay/groth16';
import { bn254 } from '@noble/curves/bn254.js';

const CHECKOUT = resolve(import.meta.dirname, '../../..');
/** Points that a proof may be written with, and that prove nothing. */
const PROOF = {
  a: bn254.G1.Point.BASE.toAffine(),
  b: bn254.G2.Point.BASE.toAffine(),
  c: bn254.G1.Point.BASE.toAffine(),
};

/**
 * An engine that computes real witnesses with the compiled circuits, so that a claim that the circuit refuses fails as it
 * would, and gives the same proof of nothing for all of them: making real ones takes long, and is tested where it is done. `gate` holds up
 * every job until it resolves.
 */
export class WitnessEngine implements ProvingEngine {
  readonly name = 'witness';
  readonly provingSystem = 'witnesses alone';
  /** Jobs that were begun. */
  started = 0;
  gate: Promise<void> = Promise.resolve();

  async prove(circuit: string, input: WitnessInput, options: JobOptions = {}): Promise<ProveResult> {
    this.started += 1;
    const startNs = BigInt(Date.now()) * 1_000_000n;
    await this.gate;
    const witness = await this.witness(circuit, input);
    options.onStage?.('witness', startNs, startNs);
    options.onStage?.('prove', startNs, startNs);
    const publicSignals = witness.slice(1, 1 + COUNTS[circuit]!);
    return { proof: PROOF, publicSignals, timings: { queueMs: 0, witnessMs: 0, proveMs: 0 } };
  }

  async witness(circuit: string, input: WitnessInput): Promise<readonly bigint[]> {
    const calculator = await createWitnessCalculator(await readFile(await wasmOf(circuit)));
    return calculator.witness(input);
  }

  async close(): Promise<void> {}
}

const COUNTS: Readonly<Record<string, number>> = {
  'conformance-additive': 4,
  'conformance-network': 4,
  'conformance-trees': 4,
  fairness: 10,
};

async function wasmOf(circuit: string): Promise<string> {
  const cache = resolve(CHECKOUT, process.env.ASSAY_CACHE_DIR ?? '.cache');
  const current = JSON.parse(await readFile(join(cache, 'circuits/current.json'), 'utf8')) as Record<string, string>;
  const folder = current[circuit];
  if (folder === undefined) throw new Error(`circuit ${circuit} is not compiled: run "make circuits"`);
  return join(folder, `${circuit}.wasm`);
}
