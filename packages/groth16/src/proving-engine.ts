import type { ProvingEngine } from './engine.ts';
import { loadNativeAddon } from './native-addon.ts';
import { createNativeEngine, type NativeEngineOptions } from './native-engine.ts';
import { createSnarkjsEngine } from './snarkjs-engine.ts';

/** How {@link createProvingEngine} is set up; what snarkjs has no use for is left aside where it proves. */
export interface ProvingEngineOptions extends Omit<NativeEngineOptions, 'threads' | 'arithmetic'> {
  /** Told, once for each process, that there is no native engine and proving is slower. Not where `ASSAY_ENGINE` asks for snarkjs. */
  readonly warn?: (message: string) => void;
}

let warned = false;

/**
 * The fastest engine that there is: the native one where it was built, snarkjs where not or where `ASSAY_ENGINE=snarkjs`. One
 * worker proves on all processors; several share them.
 *
 * @throws Groth16Error as `createNativeEngine` and `createSnarkjsEngine`
 */
export async function createProvingEngine({ warn, ...options }: ProvingEngineOptions): Promise<ProvingEngine> {
  if (loadNativeAddon() !== undefined) return createNativeEngine(options);
  if (!warned && process.env.ASSAY_ENGINE !== 'snarkjs') {
    warned = true;
    warn?.('there is no native proving engine, for want of a C++ compiler: snarkjs proves, which takes much longer');
  }
  const { circuits, workers, queueLimit, selfCheck = true } = options;
  return createSnarkjsEngine({ circuits, workers, queueLimit, selfCheck, threads: workers === 1 ? 'all' : 'one' });
}
