import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  createWitnessCalculator,
  formatVerificationKey,
  parseProof,
  parseR1cs,
  readR1csHead,
  readZkeyHead,
  verifyGroth16,
} from '@assay/groth16';
import { bn254 } from '@noble/curves/bn254.js';
import { curves, groth16, type MemoryFile, zKey } from 'snarkjs';
import { powersOfTau } from '../test/powers-of-tau.ts';
import { compileTinyCircuit, type TinyCircuit, tinyInput } from '../test/tiny-circuit.ts';
import { domainPower } from './domain.ts';
import { FixedBasePool } from './fixed-base-pool.ts';
import { computeProvingKey, pointCount } from './proving-key.ts';
import { developmentSecrets, type ToxicWaste } from './toxic-waste.ts';

const { Fr } = bn254.fields;

let circuit: TinyCircuit;
let pool: FixedBasePool;
before(async () => {
  circuit = await compileTinyCircuit();
  pool = await FixedBasePool.start(1);
});
after(async () => {
  await circuit.remove();
  await pool.close();
  await (await curves.getCurveFromName('bn128')).terminate();
});

function compute(waste: ToxicWaste, circuitHash = new Uint8Array(64), onPoints?: (n: number) => void) {
  const r1cs = parseR1cs(circuit.r1cs);
  return computeProvingKey({ r1cs, waste, circuitHash, pool, ...(onPoints && { onPoints }) });
}

function secretsOfTiny(): ToxicWaste {
  const r1cs = parseR1cs(circuit.r1cs);
  return developmentSecrets('tiny', '00'.repeat(32), domainPower(r1cs.constraints.length, 3));
}

test('with gamma and delta one, the file is byte for byte the one that snarkjs makes of the same secrets', async () => {
  const waste = { ...secretsOfTiny(), gamma: 1n, delta: 1n };
  const r1cs = parseR1cs(circuit.r1cs);
  const power = domainPower(r1cs.constraints.length, r1cs.publicOutputs + r1cs.publicInputs);
  const out: MemoryFile = { type: 'mem' };
  await zKey.newZKey({ type: 'mem', data: circuit.r1cs }, { type: 'mem', data: powersOfTau(power, waste) }, out);
  const theirs = Buffer.from(out.data!);
  // snarkjs' hash of the circuit, in the last section: taken over, since ours does not mean the same.
  const ours = await compute(waste, theirs.subarray(theirs.length - 68, theirs.length - 4));
  assert.deepEqual(Buffer.from(ours), theirs);
});

test('with all secrets, snarkjs makes proofs that it and the verifier accept, and no other public signal is', async () => {
  let reported = 0;
  const zkey = await compute(secretsOfTiny(), undefined, (points) => {
    reported += points;
  });
  assert.equal(reported, pointCount(readR1csHead(circuit.r1cs)));
  const exported = await zKey.exportVerificationKey({ type: 'mem', data: zkey });
  const key = readZkeyHead(zkey).verificationKey;
  const { vk_alphabeta_12: _, ...theirs } = exported as Record<string, unknown>;
  assert.deepEqual(formatVerificationKey(key), theirs);

  const wtns = (await createWitnessCalculator(circuit.wasm)).wtns(tinyInput());
  const made = await groth16.prove({ type: 'mem', data: zkey }, { type: 'mem', data: wtns });
  const proof = parseProof(made.proof);
  const signals = made.publicSignals.map(BigInt);
  assert.equal(await groth16.verify(exported, made.publicSignals, made.proof), true);
  assert.deepEqual(verifyGroth16(key, signals, proof), { ok: true });
  // The unused public input among them: its binding row alone holds it.
  assert.equal(signals.length, 3);
  for (const index of signals.keys()) {
    for (const other of [0n, Fr.add(signals[index]!, 1n), Fr.neg(signals[index]!)]) {
      const changed = signals.with(index, other);
      assert.deepEqual(verifyGroth16(key, changed, proof), { ok: false, reason: 'PAIRING_MISMATCH' });
      assert.equal(await groth16.verify(exported, changed.map(String), made.proof), false);
    }
  }
});

test('a prover with a false witness makes nothing that verifies', async () => {
  const zkey = await compute(secretsOfTiny());
  const calculator = await createWitnessCalculator(circuit.wasm);
  const wtns = calculator.wtns(tinyInput());
  const wires = calculator.wireCount;
  const values = wtns.subarray(wtns.length - 32 * wires);
  // The output and, in another try, an inner wire are changed after the calculator made them.
  for (const wire of [1, wires - 1]) {
    const forged = Uint8Array.from(wtns);
    forged[wtns.length - values.length + 32 * wire]! ^= 1;
    const made = await groth16.prove({ type: 'mem', data: zkey }, { type: 'mem', data: forged });
    const verdict = verifyGroth16(
      readZkeyHead(zkey).verificationKey,
      made.publicSignals.map(BigInt),
      parseProof(made.proof),
    );
    assert.deepEqual(verdict, { ok: false, reason: 'PAIRING_MISMATCH' });
  }
});

test('the same secrets give the same bytes, on any number of threads', async () => {
  const first = await compute(secretsOfTiny());
  await using more = { pool: await FixedBasePool.start(2), [Symbol.asyncDispose]: () => more.pool.close() };
  const again = await computeProvingKey({
    r1cs: parseR1cs(circuit.r1cs),
    waste: secretsOfTiny(),
    circuitHash: new Uint8Array(64),
    pool: more.pool,
  });
  assert.deepEqual(again, first);
});
