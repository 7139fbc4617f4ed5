// The process that runs snarkjs: spawned by snarkjs-process.ts, never imported. It writes nothing to any stream, and what
// it answers holds no value of an input.
import { curves, groth16 } from 'snarkjs';
import type { Stage } from './engine.ts';
import { Groth16Error } from './error.ts';
import { parseProof } from './proof.ts';
import { encodeCoordinatesOf } from './proof-coordinates.ts';
import { readChecked } from './read-checked.ts';
import type { CircuitFiles, Reply, Request, Setup, StageTime } from './snarkjs-messages.ts';
import { timedStage } from './timed-stage.ts';
import type { VerificationKey } from './verification-key.ts';
import { verifyGroth16 } from './verify-groth16.ts';
import { createWitnessCalculator, type WitnessCalculator } from './witness-calculator.ts';
import { readZkeyHead } from './zkey.ts';

interface LoadedCircuit {
  readonly zkey: Uint8Array;
  readonly calculator: WitnessCalculator;
  readonly verificationKey: VerificationKey;
}

// An interrupt from a terminal reaches the whole process group: it is the parent that decides when this process ends.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('disconnect', () => process.exit(0));

process.once('message', (setup: Setup) => {
  start(setup).then(
    () => send({ kind: 'ready' }),
    (error: unknown) => send(failed(error, [])),
  );
});

async function start(setup: Setup): Promise<void> {
  if (setup.threads === 'one') await useOneThread();
  const circuits = new Map<string, LoadedCircuit>();
  for (const [name, files] of Object.entries(setup.circuits)) circuits.set(name, await load(name, files));
  process.on('message', (request: Request) => {
    const stages: StageTime[] = [];
    answer(circuits, request, setup.selfCheck, stages).then(send, (error: unknown) => send(failed(error, stages)));
  });
}

/** Makes snarkjs find a curve without threads where it keeps the one that all of its functions share. */
async function useOneThread(): Promise<void> {
  const shared = globalThis as { curve_bn128?: unknown };
  shared.curve_bn128 = await curves.getCurveFromName('bn128', { singleThread: true });
}

async function load(name: string, files: CircuitFiles): Promise<LoadedCircuit> {
  const zkey = await readChecked(`proving key of ${name}`, files.zkey, files.zkeySha256);
  const wasm = await readChecked(`witness calculator of ${name}`, files.wasm, files.wasmSha256);
  const head = readZkeyHead(zkey);
  const calculator = await createWitnessCalculator(wasm);
  if (calculator.wireCount !== head.wireCount) {
    throw new Groth16Error('MALFORMED_KEY', `key and witness calculator of ${name} are of different circuits`);
  }
  return { zkey, calculator, verificationKey: head.verificationKey };
}

async function answer(
  circuits: Map<string, LoadedCircuit>,
  { kind, circuit: name, input }: Request,
  selfCheck: boolean,
  stages: StageTime[],
): Promise<Reply> {
  const circuit = circuits.get(name);
  if (circuit === undefined) throw new Groth16Error('UNKNOWN_CIRCUIT', `there is no circuit ${name}`);
  const onStage = (stage: Stage, startNs: bigint, endNs: bigint) => void stages.push({ stage, startNs, endNs });
  if (kind === 'witness') {
    const witness = await timedStage('witness', onStage, async () => circuit.calculator.witness(input));
    return { kind: 'witness', witness, stages };
  }
  const wtns = await timedStage('witness', onStage, async () => circuit.calculator.wtns(input));
  const result = await timedStage('prove', onStage, async () => {
    const made = await groth16.prove({ type: 'mem', data: circuit.zkey }, { type: 'mem', data: wtns });
    wtns.fill(0);
    const proof = parseProof(made.proof);
    const publicSignals = made.publicSignals.map(BigInt);
    if (selfCheck && !verifyGroth16(circuit.verificationKey, publicSignals, proof).ok) {
      throw new Groth16Error('SELF_CHECK_FAILED', `the key of ${name} refuses the proof that was made with it`);
    }
    return { proof: encodeCoordinatesOf(proof), publicSignals };
  });
  return { kind: 'proved', ...result, stages };
}

/** Only this package's own messages are known to hold no value: of any other error nothing is passed on. */
function failed(error: unknown, stages: readonly StageTime[]): Reply {
  return error instanceof Groth16Error
    ? { kind: 'failed', code: error.code, message: error.message, stages }
    : { kind: 'failed', code: 'PROVER_FAILED', message: 'snarkjs could not make the proof', stages };
}

function send(reply: Reply): void {
  // The parent may be gone; `disconnect` then ends this process.
  if (process.connected) process.send?.(reply);
}
