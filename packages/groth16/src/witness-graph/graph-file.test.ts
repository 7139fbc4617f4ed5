import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Groth16Error } from '../error.ts';
import { encodeGraph, readGraphDescription, type WitnessGraphFile } from './graph-file.ts';

const GRAPH: WitnessGraphFile = {
  wasmSha256: new Uint8Array(32).fill(9),
  signals: [
    { hash: 0xfedc_ba98_7654_3210n, first: 1, size: 2 },
    { hash: 5n, first: 0, size: 1 },
    { hash: 6n, first: 0, size: 3 },
  ],
  inputCount: 3,
  wireCount: 1,
  slotCount: 5,
  constants: [1n],
  words: Uint32Array.of(30, 0, 0),
  refusals: [
    { unsatisfied: true, places: 'Bits_0 line 7 < Main_1 line 70' },
    { unsatisfied: false, places: '' },
    { unsatisfied: true, places: 'Bits_0 line 7 < Main_1 line 70' },
  ],
};

test('the description is read as it was written', () => {
  const { wasmSha256, inputCount, signals, wireCount, refusals } = GRAPH;
  assert.deepEqual(readGraphDescription(encodeGraph(GRAPH)), { wasmSha256, inputCount, signals, wireCount, refusals });
});

test('a file that is cut short, goes on, or contradicts itself is refused', () => {
  const bytes = encodeGraph(GRAPH);
  for (let length = 0; length < bytes.length; length++) refuses(bytes.subarray(0, length));
  refuses(Uint8Array.of(...bytes, 0));
  for (const [at, value] of [
    [0, 0],
    [8, 2],
    [12, 2],
    [36, 255],
    [40, 255],
    [32, 255],
  ] as const) {
    const changed = bytes.slice();
    changed[at] = value;
    refuses(changed);
  }
  refuses(encodeGraph({ ...GRAPH, signals: [GRAPH.signals[0]!, GRAPH.signals[0]!] }));
});

test('whatever bytes change, the file is read or refused', () => {
  const bytes = encodeGraph(GRAPH);
  for (let at = 0; at < bytes.length; at++) {
    for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
      const changed = bytes.slice();
      changed[at] = value;
      try {
        readGraphDescription(changed);
      } catch (error) {
        assert.ok(error instanceof Groth16Error && error.code === 'MALFORMED_GRAPH', `${error}`);
      }
    }
  }
});

function refuses(bytes: Uint8Array): void {
  assert.throws(() => readGraphDescription(bytes), { code: 'MALFORMED_GRAPH' });
}
