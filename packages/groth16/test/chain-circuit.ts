import { SectionWriter, writeSections } from '../../keys/src/zkey-writer.ts';
import { combination, encodeR1cs } from '../../keys/test/r1cs-writer.ts';
import { SCALAR_FIELD_ORDER } from '../src/bn254.ts';
import type { Constraint } from '../src/r1cs.ts';

/** A circuit of any size with a witness: each wire is the product of the two before it. */
export interface ChainCircuit {
  /** The `.r1cs` file. Its one public signal is the last product. */
  readonly r1cs: Uint8Array;
  /** 32 bytes for each wire, little-endian. Apart from the constant one, all are as good as random. */
  readonly witness: Uint8Array;
}

const PUBLIC_SIGNALS = 1;

/** A chain that fills a domain: a key of it has so many rows, two of them for the constant and the public signal. */
export function chainCircuit(rows: number): ChainCircuit {
  const products = rows - 1 - PUBLIC_SIGNALS;
  // The constant, the public signal, two factors to start with, and all products but the last.
  const wireCount = products + 3;
  const wireOf = (link: number): number => (link === products + 1 ? 1 : link + 2);
  const wires: bigint[] = new Array(wireCount).fill(1n);
  [wires[wireOf(0)], wires[wireOf(1)]] = [
    0x1234_5678_9abc_def1n ** 4n % SCALAR_FIELD_ORDER,
    7n ** 85n % SCALAR_FIELD_ORDER,
  ];
  const constraints: Constraint[] = [];
  for (let link = 2; link < products + 2; link++) {
    const [a, b, c] = [wireOf(link - 2), wireOf(link - 1), wireOf(link)];
    wires[c] = (wires[a]! * wires[b]!) % SCALAR_FIELD_ORDER;
    constraints.push({ a: combination([a, 1n]), b: combination([b, 1n]), c: combination([c, 1n]) });
  }
  const counts = { wireCount, publicOutputs: PUBLIC_SIGNALS, publicInputs: 0, privateInputs: 2 };
  const r1cs = encodeR1cs({ ...counts, constraints, labels: [] });
  const writer = new SectionWriter(32 * wireCount);
  for (const value of wires) writer.integer(value);
  return { r1cs, witness: writer.end() };
}

/** Secrets of a key for `computeProvingKey` of the native engine: tau, alpha, beta, gamma, delta. */
export function keySecrets(): Uint8Array {
  const writer = new SectionWriter(5 * 32);
  for (const [i, base] of [3n, 5n, 11n, 13n, 17n].entries())
    writer.integer(base ** BigInt(101 + i) % SCALAR_FIELD_ORDER);
  return writer.end();
}

/** The `.wtns` file of a witness. */
export function encodeWtns(witness: Uint8Array): Uint8Array {
  const header = new SectionWriter(4 + 32 + 4)
    .uint32(32)
    .integer(SCALAR_FIELD_ORDER)
    .uint32(witness.length / 32);
  return writeSections('wtns', [
    { kind: 1, content: header.end() },
    { kind: 2, content: witness },
  ]);
}
