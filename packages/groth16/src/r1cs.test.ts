import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { type CompiledCircuit, compileSmallCircuit, INPUT } from '../test/small-circuit.ts';
import { SCALAR_FIELD_ORDER } from './bn254.ts';
import { checkWitness, evaluate } from './check-witness.ts';
import { Groth16Error } from './error.ts';
import { parseR1cs, readR1csHead } from './r1cs.ts';
import { readSym } from './symbols.ts';
import { calculateWitness } from './witness-calculator.ts';

let circuit: CompiledCircuit;
before(async () => {
  circuit = await compileSmallCircuit();
});
after(() => circuit.remove());

const isMalformed = (error: unknown) => error instanceof Groth16Error && error.code === 'MALFORMED_R1CS';

test('the header and the labels of a compiled circuit are read', () => {
  const r1cs = parseR1cs(circuit.r1cs);
  assert.deepEqual(
    [r1cs.publicOutputs, r1cs.publicInputs, r1cs.privateInputs, r1cs.constraints.length, r1cs.wireCount],
    [1, 2, 3, 23, 26],
  );
  assert.equal(r1cs.labels.length, r1cs.wireCount);
  for (const line of circuit.sym.trim().split('\n')) {
    const [label, wire] = line.split(',').map(Number);
    if (wire! >= 0 && label! < r1cs.wireCount) assert.ok(r1cs.labels.includes(label!));
  }
});

test('sizes are read from the header alone', () => {
  const { wireCount, publicOutputs, publicInputs, privateInputs, constraints } = parseR1cs(circuit.r1cs);
  const head = { wireCount, publicOutputs, publicInputs, privateInputs, constraintCount: constraints.length };
  assert.deepEqual(readR1csHead(circuit.r1cs), head);
  assert.throws(() => readR1csHead(circuit.r1cs.subarray(1)), isMalformed);
});

test('the witness of the calculator satisfies every constraint, as products of linear combinations', async () => {
  const r1cs = parseR1cs(circuit.r1cs);
  const witness = await calculateWitness(circuit.wasm, INPUT);
  assert.equal(checkWitness(r1cs, witness), undefined);
  for (const { a, b, c } of r1cs.constraints) {
    assert.equal((evaluate(a, witness) * evaluate(b, witness)) % SCALAR_FIELD_ORDER, evaluate(c, witness));
  }
});

test('a change of any wire that a constraint reads is refused, at the first constraint that it breaks', async () => {
  const r1cs = parseR1cs(circuit.r1cs);
  const witness = await calculateWitness(circuit.wasm, INPUT);
  for (let wire = 1; wire < r1cs.wireCount; wire++) {
    const changed = witness.with(wire, (witness[wire]! + 1n) % SCALAR_FIELD_ORDER);
    const violated = checkWitness(r1cs, changed);
    assert.notEqual(violated, undefined, `wire ${wire}`);
    const { a, b, c } = r1cs.constraints[violated!]!;
    assert.ok([a, b, c].some(({ wires }) => wires.includes(wire)));
  }
});

test('a signal is found by its name', async () => {
  const { wireOf, namesOf, eliminated } = readSym(circuit.sym);
  const witness = await calculateWitness(circuit.wasm, INPUT);
  assert.equal(witness[wireOf.get('main.product')!], INPUT.product);
  assert.equal(witness[wireOf.get('main.factors[1]')!], (INPUT.factors as bigint[])[1]);
  for (const [name, wire] of wireOf) assert.ok(namesOf.get(wire)!.includes(name));
  assert.ok(eliminated.has('main.power.base'));
  assert.ok([...eliminated].every((name) => !wireOf.has(name)));
  assert.throws(() => readSym('1,2,main.x\n'), { code: 'MALFORMED_SYMBOLS' });
});

test('a witness that is no vector of field elements is an error of its own', async () => {
  const r1cs = parseR1cs(circuit.r1cs);
  const witness = await calculateWitness(circuit.wasm, INPUT);
  const refused = { code: 'MALFORMED_INPUT' };
  assert.throws(() => checkWitness(r1cs, witness.slice(1)), refused);
  assert.throws(() => checkWitness(r1cs, witness.with(0, 2n)), refused);
  assert.throws(() => checkWitness(r1cs, witness.with(5, witness[5]! + SCALAR_FIELD_ORDER)), refused);
  assert.throws(() => checkWitness(r1cs, witness.with(5, -1n)), refused);
});

test('every truncation, and bytes too many, are refused', () => {
  for (let length = 0; length < circuit.r1cs.length; length += 7) {
    assert.throws(() => parseR1cs(circuit.r1cs.subarray(0, length)), isMalformed, `${length} bytes`);
  }
  assert.throws(() => parseR1cs(Buffer.concat([circuit.r1cs, Buffer.of(0)])), isMalformed);
});

test('a corrupt file is refused or read, and nothing else happens', () => {
  fc.assert(
    fc.property(fc.nat({ max: circuit.r1cs.length - 1 }), fc.nat({ max: 255 }), (at, byte) => {
      const corrupt = Uint8Array.from(circuit.r1cs);
      corrupt[at] = byte;
      try {
        parseR1cs(corrupt);
      } catch (error) {
        assert.ok(isMalformed(error));
      }
    }),
  );
});

test('another field is refused', () => {
  const other = Uint8Array.from(circuit.r1cs);
  const prime = Buffer.from(other.buffer).indexOf(Buffer.from('010000f093f5e143', 'hex'));
  assert.ok(prime > 0);
  other[prime] = 3;
  assert.throws(() => parseR1cs(other), /field is not the BN254 scalar field/);
});
