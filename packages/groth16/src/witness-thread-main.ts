// The thread that runs WebAssembly calculators: started by witness-thread.ts, never imported.
import { parentPort, workerData } from 'node:worker_threads';
import { Groth16Error } from './error.ts';
import { createWitnessCalculator, type WitnessCalculator } from './witness-calculator.ts';
import type { Calculators, WitnessReply, WitnessRequest } from './witness-messages.ts';

const WIRE_BYTES = 32;

const calculators = new Map<string, WitnessCalculator>();
try {
  for (const [circuit, wasm] of workerData as Calculators)
    calculators.set(circuit, await createWitnessCalculator(wasm));
  parentPort!.on('message', (request: WitnessRequest) => answer(request));
  send({ kind: 'ready', wireCounts: new Map([...calculators].map(([name, { wireCount }]) => [name, wireCount])) });
} catch (error) {
  send(failed(error));
}

function answer({ circuit, input }: WitnessRequest): void {
  try {
    const calculator = calculators.get(circuit)!;
    const wtns = calculator.wtns(input);
    const bytes = wtns.subarray(wtns.length - WIRE_BYTES * calculator.wireCount);
    // Handed over, not copied: whoever uses it up wipes it.
    parentPort!.postMessage({ kind: 'witness', bytes } satisfies WitnessReply, [wtns.buffer as ArrayBuffer]);
  } catch (error) {
    send(failed(error));
  }
}

/** Only this package's own messages are known to hold no value: of any other error nothing is passed on. */
function failed(error: unknown): WitnessReply {
  return error instanceof Groth16Error
    ? { kind: 'failed', code: error.code, message: error.message }
    : { kind: 'failed', code: 'PROVER_FAILED', message: 'the witness could not be computed' };
}

function send(reply: WitnessReply): void {
  parentPort!.postMessage(reply);
}
