// Starts proofs of the key and witness that it is given, and ends itself in the middle of them.
import { readFile } from 'node:fs/promises';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { type Arithmetic, loadNativeAddon } from '../src/native-addon.ts';

const [arithmetic, zkey, witness] = isMainThread ? process.argv.slice(2) : (workerData as string[]);
const addon = loadNativeAddon(arithmetic as Arithmetic)!;
const key = await addon.loadKey(await readFile(zkey!), { memoryLimitBytes: 0, threads: 2 });
const bytes = Uint8Array.from(await readFile(witness!));
const proofs = [1, 2].map((threads) => addon.prove(key, bytes, { threads }));
if (isMainThread) process.exit(0);
parentPort!.postMessage('begun');
await Promise.all(proofs);
