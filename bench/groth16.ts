import {
  type Arithmetic,
  createVerifier,
  createWitnessCalculator,
  encodeProof,
  type Groth16Proof,
  loadNativeAddon,
  NativeWitnessGraph,
  nobleVerifier,
  runnableArithmetics,
  verifyGroth16,
} from '@assay/groth16';
import { buildNative } from '../tools/setup/native.ts';
import { Progress } from '../tools/setup/progress.ts';
import type { Bench } from './harness/bench.ts';
import { type ProvingCase, prepareCases, type WitnessCase } from './harness/groth16-cases.ts';
import { median, timed } from './harness/median.ts';
import { type ProverFigures, type ProverName, runProver } from './harness/prover-process.ts';
import { figure } from './harness/table.ts';

interface CaseFigures extends Pick<ProvingCase, 'name' | 'domainSize' | 'wires'> {
  readonly engines: readonly (ProverFigures & { readonly cpuRatioToSnarkjs: number })[];
}

interface WitnessFigures {
  readonly name: string;
  readonly way: 'native' | 'WebAssembly';
  readonly wallMs: number;
  readonly cpuMs: number;
}

interface VerificationFigures {
  readonly verifier: string;
  readonly publicSignals: number;
  readonly oneMs: number;
  readonly batch: number;
  readonly batchPerSecond: number;
}

/** Proofs that are verified at a time. */
const BATCH = 256;
/** So many more calls for what takes milliseconds alone. */
const REPEATS = 5;

/** Every prover that there is on the same keys and witnesses, then verifiers and witnesses. */
export const groth16: Bench = {
  name: 'groth16',
  title: 'proofs by every prover that there is, on all processors',
  async run({ runs, onProgress }) {
    const arithmetics = await buildAll();
    const addon = arithmetics[0] === undefined ? undefined : loadNativeAddon(arithmetics[0]);
    const provers: ProverName[] = [
      ...arithmetics,
      'snarkjs',
      ...(process.env.RAPIDSNARK ? ['rapidsnark' as const] : []),
    ];
    onProgress('preparing keys and witnesses');
    await using cases = await prepareCases(addon);
    const proofs: CaseFigures[] = [];
    const verification: VerificationFigures[] = [];
    for (const one of cases.proving) {
      const made: Groth16Proof[] = [];
      const engines: ProverFigures[] = [];
      for (const engine of provers) {
        onProgress(`${one.name}: ${engine}`);
        const { figures, proofs } = await runProver({ engine, zkey: one.zkey, wtns: one.wtns, runs });
        for (const proof of proofs) requireAccepted(one, engine, proof);
        engines.push(figures);
        made.push(...proofs);
      }
      proofs.push(compare(one, engines));
      if (one.name === 'eligibility') verification.push(...(await measureVerifiers(arithmetics, one, made, runs)));
    }
    onProgress('witnesses');
    const witnesses: WitnessFigures[] = [];
    for (const one of cases.witness) witnesses.push(...(await measureWitness(one, addon, runs)));
    return { results: { proofs, verification, witnesses }, table: tableOf(proofs, verification, witnesses) };
  },
};

/** Builds the native engine with every arithmetic that this processor runs; none without a compiler. */
async function buildAll(): Promise<Arithmetic[]> {
  const progress = new Progress('native engine', 3);
  await buildNative('all', progress);
  progress.end();
  return runnableArithmetics().filter((arithmetic) => {
    try {
      return loadNativeAddon(arithmetic) !== undefined;
    } catch {
      return false; // There is no compiler.
    }
  });
}

function requireAccepted(
  { name, verificationKey, publicSignals }: ProvingCase,
  engine: ProverName,
  proof: Groth16Proof,
) {
  const verdict = verifyGroth16(verificationKey, publicSignals, proof);
  if (!verdict.ok) throw new Error(`a proof of ${name} by ${engine} is refused: ${verdict.reason}`);
}

function compare({ name, domainSize, wires }: ProvingCase, engines: readonly ProverFigures[]): CaseFigures {
  const { cpuSeconds } = engines.find(({ engine }) => engine === 'snarkjs')!;
  return {
    ...{ name, domainSize, wires },
    engines: engines.map((figures) => ({ ...figures, cpuRatioToSnarkjs: figures.cpuSeconds / cpuSeconds })),
  };
}

async function measureVerifiers(
  arithmetics: readonly Arithmetic[],
  { verificationKey: key, publicSignals }: ProvingCase,
  proofs: readonly Groth16Proof[],
  runs: number,
): Promise<VerificationFigures[]> {
  const claims = Array.from({ length: BATCH }, (_, i) => {
    return { key, publicSignals, proof: encodeProof(proofs[i % proofs.length]!) };
  });
  const all: VerificationFigures[] = [];
  for (const verifier of [...arithmetics.map((arithmetic) => createVerifier({ arithmetic })), nobleVerifier]) {
    const one = await repeat(REPEATS * runs, () => requireOk([verifier.verifyBytes(claims[0]!)]));
    const batch = await repeat(runs, async () => requireOk(await verifier.verifyBatch(claims)));
    const figures = { verifier: verifier.name, publicSignals: publicSignals.length, oneMs: one.wallMs };
    all.push({ ...figures, batch: BATCH, batchPerSecond: (1000 * BATCH) / batch.wallMs });
  }
  return all;
}

function requireOk(verdicts: readonly { readonly ok: boolean }[]): void {
  if (!verdicts.every(({ ok }) => ok)) throw new Error('a proof that was just made is refused');
}

async function measureWitness(
  { name, input, wasm, wasmSha256, graph }: WitnessCase,
  addon: ReturnType<typeof loadNativeAddon>,
  runs: number,
): Promise<WitnessFigures[]> {
  const calculator = await createWitnessCalculator(wasm);
  const slow = await repeat(REPEATS * runs, () => calculator.wtns(input));
  const figures: WitnessFigures[] = [{ name, way: 'WebAssembly', ...slow }];
  if (addon === undefined || graph === undefined) return figures;
  const native = NativeWitnessGraph.load(addon, graph, wasmSha256);
  return [{ name, way: 'native', ...(await repeat(REPEATS * runs, () => native.compute(input))) }, ...figures];
}

/** Medians of so many calls, after one that is not counted. */
async function repeat(count: number, work: () => unknown): Promise<{ wallMs: number; cpuMs: number }> {
  await work();
  const samples = [];
  for (let run = 0; run < count; run++) samples.push(await timed(work));
  return { wallMs: median(samples.map(({ ms }) => ms)), cpuMs: median(samples.map(({ cpuMs }) => cpuMs)) };
}

function tableOf(
  proofs: readonly CaseFigures[],
  verification: readonly VerificationFigures[],
  witnesses: readonly WitnessFigures[],
) {
  const proofRows = proofs.flatMap(({ name, engines }) =>
    engines.map((e) => [
      name,
      `prove: ${e.engine}`,
      figure(1000 * e.cpuSeconds, 1),
      figure(1000 * e.wallSeconds, 1),
      figure(e.cpuRatioToSnarkjs, 3),
      figure(e.loadCpuSeconds, 2),
      e.peakMiB === null ? '-' : figure(e.peakMiB),
    ]),
  );
  const witnessRows = witnesses.map(({ name, way, cpuMs, wallMs }) => {
    return [name, `witness: ${way}`, figure(cpuMs, 1), figure(wallMs, 1), '', '', ''];
  });
  const verificationRows = verification.flatMap(({ verifier, publicSignals, oneMs, batch, batchPerSecond }) => [
    [`${publicSignals} signals`, `verify: ${verifier}`, '', figure(oneMs, 2), '', '', ''],
    [
      `${publicSignals} signals`,
      `verify ${batch}, each: ${verifier}`,
      '',
      figure(1000 / batchPerSecond, 2),
      '',
      '',
      '',
    ],
  ]);
  return {
    head: ['circuit', 'what', 'CPU ms', 'wall ms', 'CPU to snarkjs', 'key CPU s', 'peak MiB'],
    rows: [...proofRows, ...witnessRows, ...verificationRows],
  };
}
