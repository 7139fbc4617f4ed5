// Computes a key of the circuit that it is given, and says when it has begun. As a program, it ends itself in the middle.
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { loadNativeAddon } from '@assay/groth16';
import { computeNativeKey } from '../src/native-key.ts';
import { developmentSecrets } from '../src/toxic-waste.ts';
import { plainCircuit } from './r1cs-writer.ts';

const addon = loadNativeAddon(isMainThread ? undefined : workerData);
if (addon === undefined) throw new Error('there is no native addon');
const key = computeNativeKey(addon, {
  r1cs: plainCircuit(30_000, 30_000),
  waste: developmentSecrets('tiny', '00'.repeat(32), 20),
  circuitHash: new Uint8Array(),
  onPoints: () => undefined,
});
if (isMainThread) process.exit(7);
parentPort?.postMessage('begun');
await key;
