import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { Groth16Error, parseR1cs, type R1cs, readR1csHead } from '@assay/groth16';
import { bn254 } from '@noble/curves/bn254.js';
import fc from 'fast-check';
import { builtAddons } from '../test/built-addons.ts';
import { coordinates, multiplesInG1, multiplesInG2, SCALARS } from '../test/multiples.ts';
import { combination, encodeR1cs, plainCircuit } from '../test/r1cs-writer.ts';
import { compileTinyCircuit, type TinyCircuit } from '../test/tiny-circuit.ts';
import { domainPower, isRootOfUnity, lagrangeAt } from './domain.ts';
import { FixedBasePool } from './fixed-base-pool.ts';
import { computeNativeKey } from './native-key.ts';
import { computeProvingKey, pointCount } from './proving-key.ts';
import { developmentSecrets, type ToxicWaste } from './toxic-waste.ts';

const { Fr } = bn254.fields;
const THREAD = new URL('../test/compute-in-thread.ts', import.meta.url);

const addons = builtAddons();
const needsAddon = { skip: addons.length === 0 && 'no native addon was built' };

let circuit: TinyCircuit;
let pool: FixedBasePool;
before(async () => {
  circuit = await compileTinyCircuit();
  pool = await FixedBasePool.start(1);
});
after(async () => {
  await circuit.remove();
  await pool.close();
});

const WASTE: ToxicWaste = developmentSecrets('tiny', '00'.repeat(32), 20);
const HASH = Uint8Array.of(1, 2, 3);

const scalar = fc.oneof(
  fc.bigInt({ min: 0n, max: Fr.ORDER - 1n }),
  fc.constantFrom(0n, 1n, Fr.ORDER - 1n),
  fc.nat({ max: 253 }).map((bits) => 1n << BigInt(bits)),
);
const waste = fc.record({ tau: scalar, alpha: scalar, beta: scalar, gamma: scalar, delta: scalar });

/** Circuits with public wires, wires that nothing reads, empty sides, and wires that stand twice in one. */
const circuits = fc
  .record({ publicOutputs: fc.nat({ max: 2 }), publicInputs: fc.nat({ max: 3 }), others: fc.nat({ max: 6 }) })
  .chain(({ publicOutputs, publicInputs, others }) => {
    const wireCount = 1 + publicOutputs + publicInputs + others;
    const side = fc
      .array(fc.tuple(fc.nat({ max: wireCount - 1 }), scalar), { maxLength: Math.min(3, wireCount) })
      .map((terms) => combination(...terms));
    const constraints = fc.array(fc.record({ a: side, b: side, c: side }), { maxLength: 9 });
    return constraints.map((all): R1cs => {
      return { wireCount, publicOutputs, publicInputs, privateInputs: 0, constraints: all, labels: [] };
    });
  });

for (const addon of addons) {
  const named = (name: string): string => `${name} (${addon.arithmetic})`;

  test(named('the key of a compiled circuit is the one that the reference computes'), async () => {
    const expected = await computeProvingKey({ r1cs: parseR1cs(circuit.r1cs), waste: WASTE, circuitHash: HASH, pool });
    const total = pointCount(readR1csHead(circuit.r1cs));
    for (const threads of [1, 3]) {
      let reported = 0;
      const onPoints = (count: number) => {
        reported += count;
      };
      const input = { r1cs: circuit.r1cs, waste: WASTE, circuitHash: HASH, threads, onPoints };
      assert.deepEqual(await computeNativeKey(addon, input), expected);
      assert.equal(reported, total);
    }
  });

  test(named('keys of any circuit and any secrets are those that the reference computes'), async () => {
    await fc.assert(
      fc.asyncProperty(circuits, waste, async (r1cs, secrets) => {
        const power = domainPower(r1cs.constraints.length, r1cs.publicOutputs + r1cs.publicInputs);
        fc.pre(secrets.gamma !== 0n && secrets.delta !== 0n && !isRootOfUnity(secrets.tau, power + 1));
        const input = { waste: secrets, circuitHash: HASH };
        const native = await computeNativeKey(addon, { ...input, r1cs: encodeR1cs(r1cs) });
        assert.deepEqual(native, await computeProvingKey({ ...input, r1cs, pool }));
      }),
      { numRuns: 40 },
    );
  });

  test(named('multiples of both generators are those of another library, in tables of every width'), async () => {
    // Wires that nothing reads make a table for more multiples.
    for (const wireCount of [1, 2, SCALARS.length, 12_001]) {
      const scalars = SCALARS.slice(0, wireCount);
      const power = domainPower(scalars.length, 0);
      // Row i alone reads wire i, with a coefficient that makes u_i(tau) and v_i(tau) the i-th scalar.
      const lagrange = lagrangeAt(WASTE.tau, power);
      const constraints = scalars.map((k, i) => {
        // The binding row of the constant adds to wire 0.
        const wanted = i === 0 ? Fr.sub(k, lagrange[scalars.length]!) : k;
        const a = combination([i, Fr.div(wanted, lagrange[i]!)]);
        return { a, b: combination([i, Fr.div(k, lagrange[i]!)]), c: combination() };
      });
      const shape = { wireCount, publicOutputs: 0, publicInputs: 0, privateInputs: 0, labels: [] };
      const r1cs = encodeR1cs({ ...shape, constraints });
      const key = await computeNativeKey(addon, { r1cs, waste: WASTE, circuitHash: HASH });
      assert.deepEqual(coordinates(sectionOf(key, 5).subarray(0, 64 * scalars.length)), multiplesInG1(scalars));
      assert.deepEqual(sectionOf(key, 6), sectionOf(key, 5));
      assert.deepEqual(coordinates(sectionOf(key, 7).subarray(0, 128 * scalars.length)), multiplesInG2(scalars));
      assert.ok(
        sectionOf(key, 7)
          .subarray(128 * scalars.length)
          .every((byte) => byte === 0),
      );
    }
  });

  test(named('a corrupt circuit is refused, or read, exactly as the reference does it'), async () => {
    const file = encodeR1cs(parseR1cs(circuit.r1cs));
    const corruption = fc.oneof(
      fc.record({ at: fc.nat({ max: file.length - 1 }), byte: fc.nat({ max: 255 }) }),
      // Where headers and lengths are.
      fc.record({ at: fc.nat({ max: 40 }), byte: fc.nat({ max: 255 }) }),
    );
    const cut = fc.option(fc.nat({ max: file.length - 1 }), { freq: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(corruption, { maxLength: 3 }), cut, async (corruptions, length) => {
        const corrupt = Uint8Array.from(file);
        for (const { at, byte } of corruptions) corrupt[at] = byte;
        const r1cs = length === null ? corrupt : corrupt.subarray(0, length);
        const refused = await computeNativeKey(addon, { r1cs, waste: WASTE, circuitHash: HASH }).then(
          () => undefined,
          (error: Groth16Error) => [error.code, error.message],
        );
        assert.deepEqual(
          refused,
          refusalOf(() => parseR1cs(r1cs)),
        );
      }),
      { numRuns: 500 },
    );
  });

  test(named('secrets of which no key can be made, and arguments of other kinds, are refused'), async () => {
    const compute = (secrets: Partial<ToxicWaste>, circuitHash = HASH) =>
      computeNativeKey(addon, { r1cs: circuit.r1cs, waste: { ...WASTE, ...secrets }, circuitHash });
    const refused = { name: 'Groth16Error', code: 'MALFORMED_INPUT' };
    for (const secrets of [{ gamma: 0n }, { delta: 0n }, { tau: 1n }, { tau: Fr.ORDER - 1n }, { alpha: Fr.ORDER }])
      await assert.rejects(compute(secrets), refused);
    await assert.rejects(compute({}, new Uint8Array(65)), refused);
    const [r1cs, secrets] = [circuit.r1cs, new Uint8Array(160).fill(2)];
    for (const call of [
      () => addon.computeProvingKey(new Uint16Array(8) as unknown as Uint8Array, secrets, HASH, {}),
      () => addon.computeProvingKey(r1cs, secrets.subarray(1), HASH, {}),
      () => addon.computeProvingKey(r1cs, secrets, undefined as unknown as Uint8Array, {}),
      () => addon.computeProvingKey(r1cs, secrets, HASH, { threads: -1 }),
      () => addon.computeProvingKey(r1cs, secrets, HASH, { cancel: new Int32Array(0) }),
      () => addon.computeProvingKey(r1cs, secrets, HASH, { onPoints: 1 as unknown as () => void }),
    ]) {
      assert.throws(call, { code: 'MALFORMED_INPUT' });
    }
  });

  test(named('a computation is cancelled before and while it runs'), async () => {
    const input = { r1cs: plainCircuit(30_000, 30_000), waste: WASTE, circuitHash: HASH, threads: 2 };
    const aborted = { name: 'Groth16Error', code: 'ABORTED' };
    await assert.rejects(computeNativeKey(addon, { ...input, signal: AbortSignal.abort() }), aborted);
    const controller = new AbortController();
    const running = computeNativeKey(addon, { ...input, signal: controller.signal });
    controller.abort();
    await assert.rejects(running, aborted);
  });

  test(named('a thread that ends in the middle of a computation leaves the process as it was'), async () => {
    const worker = new Worker(THREAD, { workerData: addon.arithmetic });
    await once(worker, 'message');
    assert.equal(await worker.terminate(), 1);
    const input = { r1cs: circuit.r1cs, waste: WASTE, circuitHash: HASH };
    assert.equal((await computeNativeKey(addon, input)).length > 0, true);
  });
}

test('a process that ends in the middle of a computation ends as it says', needsAddon, async () => {
  const child = spawn(process.execPath, [...process.execArgv, THREAD.pathname], { stdio: 'inherit' });
  assert.deepEqual(await once(child, 'close'), [7, null]);
});

function refusalOf(parse: () => unknown): string[] | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    if (!(error instanceof Groth16Error)) throw error;
    return [error.code, error.message];
  }
}

/** Content of a section of a `.zkey` file. */
function sectionOf(key: Uint8Array, wanted: number): Uint8Array {
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  for (let at = 12; at < key.length; ) {
    const [kind, length] = [view.getUint32(at, true), Number(view.getBigUint64(at + 4, true))];
    if (kind === wanted) return key.subarray(at + 12, at + 12 + length);
    at += 12 + length;
  }
  throw new RangeError(`there is no section ${wanted}`);
}
