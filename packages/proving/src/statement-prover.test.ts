import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobOptions, ProvingEngine } from '@assay/groth16';
import type { Artifacts } from '@assay/keys';
import { type Claim, encodeSignals, type SignalsOf, signalNames } from '@assay/statements';
import { startTelemetry, withSpan } from '@assay/telemetry';
import { TraceCollector } from '@assay/testkit';
import { bn254 } from '@noble/curves/bn254.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { StatementProver } from './statement-prover.ts';

const CIRCUIT = 'manual-decision';
const signals = Object.fromEntries(
  signalNames(CIRCUIT).map((name) => [name, 1n]),
) as unknown as SignalsOf<'manual-decision'>;
const claim: Claim<SignalsOf<'manual-decision'>> = { circuit: CIRCUIT, input: {}, signals };
const proof = {
  a: bn254.G1.Point.BASE.toAffine(),
  b: bn254.G2.Point.BASE.toAffine(),
  c: bn254.G1.Point.BASE.toAffine(),
};

/** An engine that does every job in a loop of its own, outside of any caller's trace. */
function engineOf(publicSignals: readonly bigint[]): ProvingEngine {
  const timings = { queueMs: 0, witnessMs: 1, proveMs: 1 };
  return {
    name: 'snarkjs',
    provingSystem: 'groth16/snarkjs',
    prove: async (_circuit, _input, { onStage }: JobOptions = {}) => {
      const now = BigInt(Date.now()) * 1_000_000n;
      for (const stage of ['witness', 'prove'] as const)
        context.with(ROOT_CONTEXT, () => onStage?.(stage, now, now + 1_000_000n));
      return { proof, publicSignals, timings };
    },
    witness: () => Promise.reject(new Error('not asked for')),
    close: async () => undefined,
  };
}

function proverOf(publicSignals: readonly bigint[]): StatementProver {
  const seed = new Uint8Array(32).fill(1);
  const signer = {
    publicKey: ed25519.getPublicKey(seed),
    sign: async (message: Uint8Array) => ed25519.sign(message, seed),
  };
  const artifacts = { [CIRCUIT]: { verificationKeyHash: 'ab'.repeat(32) } as Artifacts };
  return new StatementProver(engineOf(publicSignals), artifacts, signer);
}

const place = { bank: 'acme', scope: 'acme/loans/2025' };

test('the stages of a proof are in the trace of whoever asked for it', async () => {
  await using collector = await TraceCollector.start();
  await using telemetry = startTelemetry({ service: 'prover', otlpEndpoint: collector.endpoint });
  const prover = proverOf(encodeSignals('manual-decision', signals));
  await withSpan('job', {}, () => prover.prove('manual-decision', claim, place));
  await telemetry.flush();
  const spans = await collector.waitFor((all) => all.some(({ name }) => name === 'job'));
  assert.deepEqual(spans.map(({ name }) => name).sort(), ['job', 'prove', 'queue', 'statement', 'witness']);
  collector.assertConnected(spans[0]!.traceId);
  const statement = spans.find(({ name }) => name === 'statement')!;
  const stages = spans.filter(({ name }) => ['queue', 'witness', 'prove'].includes(name));
  assert.ok(stages.every(({ parentSpanId }) => parentSpanId === statement.spanId));
});

test('a proof of other signals than the claim has is no statement', async () => {
  const other = encodeSignals('manual-decision', signals).with(0, 2n);
  await assert.rejects(proverOf(other).prove('manual-decision', claim, place), { code: 'SIGNALS_DIFFER' });
});
