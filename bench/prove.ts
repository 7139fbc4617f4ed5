import { formatProof, formatVerificationKey, verifyGroth16 } from '@assay/groth16';
import type { CircuitInput } from '@assay/statements';
import { curves, groth16 } from 'snarkjs';
import type { Bench } from './harness/bench.ts';
import {
  type MadeProof,
  type MeasuredProver,
  medianOf,
  type ProvingFigures,
  startProver,
} from './harness/measured-prover.ts';
import { figure } from './harness/table.ts';
import { retailClaims } from './retail.ts';

interface StatementFigures extends ProvingFigures {
  readonly circuit: string;
  readonly verifyMs: number;
  /** snarkjs on the same proof, in the same run. */
  readonly snarkjsVerifyMs: number;
  readonly verifyRatio: number;
}

/** Witness, proof and verification of every statement. */
export const prove: Bench = {
  name: 'prove',
  title: 'proof, witness and verification times',
  async run({ runs, onProgress }) {
    const results: StatementFigures[] = [];
    try {
      for (const [circuit, input] of retailClaims()) {
        onProgress(circuit);
        results.push(await measure(circuit, input, runs));
      }
    } finally {
      // Verifying starts snarkjs' threads in this process.
      await (await curves.getCurveFromName('bn128')).terminate();
    }
    const head = ['circuit', 'witness ms', 'proof ms', 'CPU s', 'peak MiB', 'verify ms', 'snarkjs verify ms', 'ratio'];
    const rows = results.map((r) => [
      r.circuit,
      figure(r.witnessMs),
      figure(r.proveMs),
      r.cpuSeconds === null ? '-' : figure(r.cpuSeconds, 2),
      r.peakMiB === null ? '-' : figure(r.peakMiB),
      figure(r.verifyMs, 1),
      figure(r.snarkjsVerifyMs, 1),
      figure(r.verifyRatio, 2),
    ]);
    return { results, table: { head, rows } };
  },
};

async function measure(circuit: string, input: CircuitInput, runs: number): Promise<StatementFigures> {
  await using prover = await startProver(circuit, input);
  const made = await prover.prove(input, runs);
  const verification = await compareVerifiers(prover, made, runs);
  return { circuit, ...made.figures, ...verification };
}

async function compareVerifiers({ artifacts }: MeasuredProver, { proof, publicSignals }: MadeProof, runs: number) {
  const key = artifacts.verificationKey;
  const [keyJson, proofJson, signals] = [formatVerificationKey(key), formatProof(proof), publicSignals.map(String)];
  const verifyMs = await medianOf(4 * runs, () => requireAccepted(verifyGroth16(key, publicSignals, proof).ok));
  const snarkjsVerifyMs = await medianOf(4 * runs, async () =>
    requireAccepted(await groth16.verify(keyJson, signals, proofJson)),
  );
  return { verifyMs, snarkjsVerifyMs, verifyRatio: verifyMs / snarkjsVerifyMs };
}

function requireAccepted(accepted: boolean): void {
  if (!accepted) throw new Error('a proof that was just made is refused');
}
