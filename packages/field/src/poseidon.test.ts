import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { buildPoseidonReference } from 'circomlibjs';
import { chain } from './chain.ts';
import { FIELD_ORDER } from './fr.ts';
import { poseidon, poseidonOutputs, poseidonUnder } from './poseidon.ts';
import { randomFr } from './random.ts';
import { TAG_NAMES, tag } from './tags.ts';

suite('poseidon', () => {
  // Vectors published with circomlib's circuit tests.
  test('gives the published digests', () => {
    const digests: [bigint[], bigint][] = [
      [[1n], 18586133768512220936620570745912940619677854269274689475585506675881198879027n],
      [[1n, 2n], 7853200120776062878684798364095072458815029376092732009249414926327459813530n],
      [[1n, 2n, 0n, 0n, 0n], 1018317224307729531995786483840663576608797660851238720571059489595066344487n],
      [[3n, 4n, 5n, 10n, 23n], 13034429309846638789535561449942021891039729847501137143363028890275222221409n],
      [
        [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n, 10n, 11n, 12n, 13n, 14n, 15n, 16n],
        9989051620750914585850546081941653841776809718687451684622678807385399211877n,
      ],
    ];
    for (const [inputs, digest] of digests) assert.equal(poseidon(inputs), digest);
  });

  test('agrees with an independent implementation for every number of inputs', async () => {
    const reference = await buildPoseidonReference();
    for (let n = 1; n <= 16; n++) {
      for (const inputs of [
        Array.from({ length: n }, () => randomFr() as bigint),
        new Array<bigint>(n).fill(FIELD_ORDER - 1n),
        new Array<bigint>(n).fill(0n),
      ]) {
        assert.equal(poseidon(inputs), reference.F.toObject(reference(inputs)));
      }
    }
  });

  test('with a tag in the capacity agrees with an independent implementation', async () => {
    const reference = await buildPoseidonReference();
    for (const n of [1, 7, 16]) {
      const inputs = Array.from({ length: n }, () => randomFr() as bigint);
      const expected = reference(inputs, reference.F.e(tag('tree-block')), 1);
      assert.equal(poseidonUnder('tree-block', inputs), reference.F.toObject(expected as Uint8Array));
      assert.notEqual(poseidonUnder('tree-block', inputs), poseidon(inputs));
    }
  });

  test('gives as many elements of the state as an independent implementation', async () => {
    const reference = await buildPoseidonReference();
    const inputs = Array.from({ length: 7 }, () => randomFr() as bigint);
    for (const outputs of [1, 2, 7]) {
      const expected = reference(inputs, 0, outputs);
      assert.deepEqual(
        poseidonOutputs(inputs, outputs),
        (Array.isArray(expected) ? expected : [expected]).map((element) => reference.F.toObject(element)),
      );
    }
    assert.equal(poseidonOutputs(inputs, 7)[0], poseidon(inputs));
    for (const outputs of [0, 8, 1.5]) assert.throws(() => poseidonOutputs(inputs, outputs), { code: 'WRONG_LENGTH' });
  });

  test('takes 1 to 16 canonical inputs', () => {
    assert.throws(() => poseidon([]), { code: 'WRONG_LENGTH' });
    assert.throws(() => poseidon(new Array<bigint>(17).fill(0n)), { code: 'WRONG_LENGTH' });
    for (const outside of [-1n, FIELD_ORDER]) assert.throws(() => poseidon([outside]), { code: 'NOT_CANONICAL' });
  });
});

suite('tags', () => {
  test('are the ASCII strings, read big-endian', () => {
    assert.equal(tag('table').toString(16), Buffer.from('assay.v1.table').toString('hex'));
    assert.equal(new Set(TAG_NAMES.map(tag)).size, TAG_NAMES.length);
  });
});

suite('chains', () => {
  const list = (n: number): bigint[] => Array.from({ length: n }, (_, i) => BigInt(i + 1));

  test('hash the length, then blocks of fifteen', () => {
    const start = poseidon([tag('policy'), 17n]);
    const first = poseidon([start, ...list(15)]);
    const second = poseidon([first, 16n, 17n, ...new Array<bigint>(13).fill(0n)]);
    assert.equal(chain('policy', list(17)), second);
    assert.equal(chain('policy', list(15)), poseidon([poseidon([tag('policy'), 15n]), ...list(15)]));
    assert.equal(chain('policy', []), poseidon([tag('policy'), 0n]));
  });

  test('bind the length: zeros at the end are not the padding', () => {
    const lists = [list(14), [...list(14), 0n], [...list(14), 0n, 0n], list(15), [...list(15), 0n]];
    assert.equal(new Set(lists.map((elements) => chain('policy', elements))).size, lists.length);
    assert.notEqual(chain('policy', list(3)), chain('model', list(3)));
  });

  test('take canonical elements only', () => {
    assert.throws(() => chain('policy', [FIELD_ORDER]), { code: 'NOT_CANONICAL' });
  });
});
