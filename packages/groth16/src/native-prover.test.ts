import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { curves, groth16 } from 'snarkjs';
import { chainCircuit, encodeWtns, keySecrets } from '../test/chain-circuit.ts';
import { builtArithmetics, needsNative } from '../test/native.ts';
import {
  type CompiledCircuit,
  compileSmallCircuit,
  INPUT,
  type SmallKey,
  setUpSmallKey,
} from '../test/small-circuit.ts';
import { SCALAR_FIELD_ORDER } from './bn254.ts';
import { loadNativeAddon, type NativeAddon } from './native-addon.ts';
import { formatProof, parseProof } from './proof.ts';
import { decodeCoordinatesOf, encodeCoordinatesOf } from './proof-coordinates.ts';
import { createWitnessCalculator } from './witness-calculator.ts';

const WIRE_BYTES = 32;
const HALF_MIB = 2 ** 19;
/** Fills a domain of 2^12: long enough to be interrupted. */
const CHAIN_ROWS = 2 ** 12;

const addons = builtArithmetics.map((arithmetic) => loadNativeAddon(arithmetic)!);
const [fastest] = addons;

let circuit: CompiledCircuit;
let small: SmallKey;
let smallWitness: Uint8Array;
let chain: { readonly zkey: Uint8Array; readonly witness: Uint8Array };
before(async () => {
  circuit = await compileSmallCircuit();
  small = await setUpSmallKey(circuit);
  const wtns = (await createWitnessCalculator(circuit.wasm)).wtns(INPUT);
  smallWitness = wtns.slice(-WIRE_BYTES * wireCountOf(small.zkey));
  if (fastest === undefined) return;
  const { r1cs, witness } = chainCircuit(CHAIN_ROWS);
  chain = { witness, zkey: await fastest.computeProvingKey(r1cs, keySecrets(), new Uint8Array(), { threads: 2 }) };
});
after(async () => {
  await circuit.remove();
  await (await curves.getCurveFromName('bn128')).terminate();
});

const failsWith = (code: string) => (error: unknown) => (error as { code?: unknown }).code === code;

for (const addon of addons) {
  const load = (zkey: Uint8Array, memoryLimitBytes = 0) => addon.loadKey(zkey, { memoryLimitBytes, threads: 2 });

  describe(addon.arithmetic, () => {
    test('with the same blinding, proofs are byte for byte those of snarkjs, however large the tables', async () => {
      for (const { zkey, witness } of [{ zkey: small.zkey, witness: smallWitness }, chain]) {
        const { proof } = await proveWithSnarkjs(zkey, witness, BLINDING);
        for (const memoryLimitBytes of [0, 4 * HALF_MIB, 2 ** 30]) {
          const key = await load(zkey, memoryLimitBytes);
          for (const threads of [1, 3]) {
            const made = await addon.prove(key, witness, { threads, blinding: encodeBlinding(BLINDING) });
            assert.deepEqual(Buffer.from(made), Buffer.from(encodeCoordinatesOf(parseProof(proof))));
          }
        }
      }
    });

    test('snarkjs accepts proofs with blinding from the operating system, and no two of them are the same', async () => {
      const key = await load(small.zkey);
      const publicSignals = [1, 2, 3].map((wire) => String(wireOf(smallWitness, wire)));
      const proofs = await Promise.all([1, 2, 1].map((threads) => addon.prove(key, smallWitness, { threads })));
      for (const bytes of proofs) {
        const proof = formatProof(decodeCoordinatesOf(bytes));
        assert.equal(await groth16.verify(small.verificationKey, publicSignals, proof), true);
        const others = [String(wireOf(smallWitness, 1) + 1n), ...publicSignals.slice(1)];
        assert.equal(await groth16.verify(small.verificationKey, others, proof), false);
      }
      assert.equal(new Set(proofs.map((bytes) => Buffer.from(bytes).toString('hex'))).size, proofs.length);
    });

    test('a key that keeps what recurs makes the same proofs', async () => {
      const key = await addon.loadKey(chain.zkey, { memoryLimitBytes: 0, threads: 2, recurring: true });
      const options = { threads: 1, blinding: encodeBlinding(BLINDING) };
      const plain = await load(chain.zkey);
      const chains = Array.from({ length: 8 }, (_, i) =>
        withBytes(chain.witness, WIRE_BYTES * 7, littleEndian(BigInt(i) << 200n)),
      );
      for (const witness of chains) {
        const [made, expected] = [await addon.prove(key, witness, options), await addon.prove(plain, witness, options)];
        assert.deepEqual(Buffer.from(made), Buffer.from(expected));
      }
      await assert.rejects(
        async () => addon.loadKey(chain.zkey, { memoryLimitBytes: 0, threads: 2, recurring: 1 as never }),
        failsWith('MALFORMED_INPUT'),
      );
    });

    test('a key says its sizes, and how much memory it takes', async () => {
      const info = addon.keyInfo(await load(chain.zkey));
      assert.equal(info.wireCount, chain.witness.length / WIRE_BYTES);
      assert.equal(info.publicCount, 1);
      assert.equal(info.domainSize, CHAIN_ROWS);
      assert.ok(info.memoryBytes > 0);
      assert.ok(addon.keyInfo(await load(chain.zkey, 2 ** 30)).memoryBytes > info.memoryBytes);
    });

    test('a witness of another length, or with a value that is not canonical, is refused', async () => {
      const key = await load(small.zkey);
      const order = littleEndian(SCALAR_FIELD_ORDER);
      const malformed = [
        new Uint8Array(),
        smallWitness.subarray(1),
        smallWitness.subarray(WIRE_BYTES),
        Uint8Array.of(...smallWitness, ...new Uint8Array(WIRE_BYTES)),
        withBytes(smallWitness, WIRE_BYTES * 4, order),
        withBytes(smallWitness, smallWitness.length - WIRE_BYTES, new Uint8Array(WIRE_BYTES).fill(0xff)),
        // The first wire is the constant one.
        withBytes(smallWitness, 0, littleEndian(2n)),
      ];
      for (const witness of malformed) {
        await assert.rejects(addon.prove(key, witness, { threads: 1 }), failsWith('MALFORMED_INPUT'));
      }
      const unusable = [new Uint8Array(63), withBytes(new Uint8Array(64), 32, order)];
      for (const blinding of unusable) {
        const prove = async () => addon.prove(key, smallWitness, { threads: 1, blinding });
        await assert.rejects(prove, failsWith('MALFORMED_INPUT'));
      }
    });

    test('a cancelled proof ends with its code, and the key proves on', async () => {
      const key = await load(chain.zkey);
      const [before, meanwhile] = [Int32Array.of(1), Int32Array.of(0)];
      await assert.rejects(addon.prove(key, chain.witness, { threads: 1, cancel: before }), failsWith('ABORTED'));
      const running = addon.prove(key, chain.witness, { threads: 2, cancel: meanwhile });
      setImmediate(() => Atomics.store(meanwhile, 0, 1));
      await assert.rejects(running, failsWith('ABORTED'));
      assert.equal((await addon.prove(key, chain.witness, { threads: 2 })).length, 256);
    });

    test('a key that is cut off anywhere is refused', async () => {
      const cuts = sectionsOf(small.zkey).flatMap(({ at, length }) => [at - 12, at - 5, at, at + (length >> 1)]);
      for (const cut of [0, 3, 11, ...cuts, small.zkey.length - 1]) {
        // The last section, the ceremony's history, is not of the prover's business.
        if (cut >= sectionsOf(small.zkey).find(({ kind }) => kind === 10)!.at) continue;
        await assert.rejects(load(small.zkey.slice(0, cut)), failsWith('MALFORMED_KEY'), `cut at ${cut}`);
      }
    });

    test('a point that was changed is refused', async () => {
      for (const { kind, at, length } of sectionsOf(small.zkey)) {
        if (![5, 6, 7, 8, 9].includes(kind)) continue;
        for (let turn = 0; turn < 12; turn++) {
          const place = at + ((turn * 2_654_435_761) % length);
          // Infinity is all zeros, and may stand in any of these sections.
          await assert.rejects(
            load(flipped(small.zkey, place)),
            failsWith('MALFORMED_KEY'),
            `section ${kind}, byte ${place}`,
          );
        }
      }
    });

    test('whatever byte is changed, the key is refused or proves', async () => {
      for (let turn = 0; turn < 300; turn++) {
        const zkey = flipped(small.zkey, (turn * 2_654_435_761) % small.zkey.length);
        const key = await load(zkey).catch((error: unknown) =>
          assert.ok(failsWith('MALFORMED_KEY')(error), `${error}`),
        );
        if (key === undefined) continue;
        await addon
          .prove(key, smallWitness, { threads: 1 })
          .catch((error: unknown) => assert.ok(failsWith('MALFORMED_INPUT')(error), `${error}`));
      }
    });

    test('sizes that are out of all proportion are refused', async () => {
      const view = new DataView(small.zkey.buffer, small.zkey.byteOffset);
      const header = sectionsOf(small.zkey).find(({ kind }) => kind === 2)!.at;
      const places = { wireCount: header + 72, publicCount: header + 76, domainSize: header + 80 };
      for (const [name, place] of Object.entries(places)) {
        for (const size of [0, 1, view.getUint32(place, true) + 1, 2 ** 28, 2 ** 31, 2 ** 32 - 1]) {
          if (size === view.getUint32(place, true)) continue;
          const zkey = Uint8Array.from(small.zkey);
          new DataView(zkey.buffer).setUint32(place, size, true);
          await assert.rejects(load(zkey), failsWith('MALFORMED_KEY'), `${name} ${size}`);
        }
      }
      for (const { kind, at, length } of sectionsOf(small.zkey)) {
        for (const size of [0n, BigInt(length) + 1n, 2n ** 40n, 2n ** 63n, 2n ** 64n - 12n, 2n ** 64n - 1n]) {
          const zkey = Uint8Array.from(small.zkey);
          new DataView(zkey.buffer).setBigUint64(at - 8, size, true);
          await assert.rejects(load(zkey), failsWith('MALFORMED_KEY'), `section ${kind} of ${size} bytes`);
        }
      }
    });

    test('a process or a thread that ends while it proves ends as if it did not', async () => {
      const [zkeyPath, witnessPath] = ['chain.zkey', 'chain.witness'].map((name) => join(circuit.folder, name));
      await Promise.all([writeFile(zkeyPath!, chain.zkey), writeFile(witnessPath!, chain.witness)]);
      const program = join(import.meta.dirname, '../test/exit-while-proving.ts');
      const given = [addon.arithmetic, zkeyPath!, witnessPath!];
      const child = spawn(process.execPath, [program, ...given], { stdio: 'inherit' });
      assert.deepEqual(await once(child, 'exit'), [0, null]);
      const thread = new Worker(program, { workerData: given });
      assert.deepEqual(await once(thread, 'message'), ['begun']);
      await thread.terminate();
    });
  });
}

test('the native engine is tested with each arithmetic that this processor runs', needsNative, () => {
  assert.ok(builtArithmetics.includes('portable'), 'only some were built: the tests build all');
  assert.deepEqual(
    addons.map((addon: NativeAddon) => addon.arithmetic),
    builtArithmetics,
  );
});

interface Blinding {
  readonly r: bigint;
  readonly s: bigint;
}

const BLINDING: Blinding = { r: 123_456_789n ** 8n % SCALAR_FIELD_ORDER, s: SCALAR_FIELD_ORDER - 2n };

function encodeBlinding({ r, s }: Blinding): Uint8Array {
  return Uint8Array.of(...littleEndian(r), ...littleEndian(s));
}

/** Proves with the curve's random numbers replaced: snarkjs draws r, then s. */
async function proveWithSnarkjs(zkey: Uint8Array, witness: Uint8Array, { r, s }: Blinding) {
  const { Fr } = (await curves.getCurveFromName('bn128')) as unknown as {
    Fr: { random: () => unknown; e: (value: bigint) => unknown };
  };
  const { random } = Fr;
  const drawn = [Fr.e(r), Fr.e(s)].values();
  Fr.random = () => drawn.next().value;
  try {
    return await groth16.prove({ type: 'mem', data: zkey }, { type: 'mem', data: encodeWtns(witness) });
  } finally {
    Fr.random = random;
  }
}

interface Section {
  readonly kind: number;
  readonly at: number;
  readonly length: number;
}

function sectionsOf(file: Uint8Array): Section[] {
  const view = new DataView(file.buffer, file.byteOffset);
  const sections: Section[] = [];
  for (let at = 12; at < file.length; at += 12 + sections.at(-1)!.length) {
    sections.push({ kind: view.getUint32(at, true), at: at + 12, length: Number(view.getBigUint64(at + 4, true)) });
  }
  return sections;
}

function wireCountOf(zkey: Uint8Array): number {
  return new DataView(zkey.buffer, zkey.byteOffset).getUint32(
    sectionsOf(zkey).find(({ kind }) => kind === 2)!.at + 72,
    true,
  );
}

function flipped(bytes: Uint8Array, place: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[place]! ^= 1 << (place % 8);
  return changed;
}

function withBytes(bytes: Uint8Array, at: number, replacement: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed.set(replacement, at);
  return changed;
}

function littleEndian(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(2 * WIRE_BYTES, '0'), 'hex').reverse();
}

function wireOf(witness: Uint8Array, wire: number): bigint {
  const bytes = witness.slice(WIRE_BYTES * wire, WIRE_BYTES * (wire + 1)).reverse();
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}
