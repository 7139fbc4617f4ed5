import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { cosignCheckpoint, ed25519NoteSigner, encodeWitnessKey, parseNote } from '@assay/tlog';
import { collectEvidence, type Evidence, formatEvidence } from '@assay/verify';
import { logged } from '../../packages/verify/test/logged.ts';
import { twoWindows } from '../../packages/verify/test/two-windows.ts';
import { jsonBytes, SCOPE, trust, trustJson } from '../../packages/verify/test/world.ts';

const PROGRAM = new URL('verify_evidence.py', import.meta.url).pathname;
const PYTHON = process.env.ASSAY_PYTHON ?? 'python3';
/** Proofs take a second each in Python. */
const SAMPLE = '3';

function missing(): string | false {
  const { status, error } = spawnSync(PYTHON, ['-c', 'import sys, py_ecc; sys.exit(sys.version_info < (3, 10))']);
  return error !== undefined || status !== 0
    ? `${PYTHON} is not Python 3.10 with py_ecc (examples/verify_py/requirements.txt)`
    : false;
}

describe('a verifier without our code', { skip: missing() }, () => {
  const root = mkdtempSync(join(tmpdir(), 'assay-verify-py-'));
  const trustFile = join(root, 'trust.json');
  const witness = ed25519NoteSigner('witness.example/w1', new Uint8Array(32).fill(5));
  const witnesses = [{ name: 'city', verifierKey: encodeWitnessKey(witness) }];
  let lines: string[];

  before(async () => {
    const { bench } = await twoWindows();
    const source = await logged(bench);
    const evidence = await collectEvidence(source, trust, { scope: SCOPE, window: 2 });
    const line = await cosignCheckpoint(parseNote(evidence.checkpoint).text, witness, 1_768_000_000);
    const cosigned: Evidence = { ...evidence, checkpoint: Buffer.concat([evidence.checkpoint, Buffer.from(line)]) };
    lines = formatEvidence(cosigned).map((one) => new TextDecoder().decode(one));
    writeFileSync(trustFile, jsonBytes({ ...trustJson(), witnesses, requiredWitnesses: 1 }));
  });
  after(() => rmSync(root, { recursive: true }));

  /** Runs it on a bundle of these lines. */
  function verify(
    bundle: readonly string[],
    ...more: readonly string[]
  ): Promise<{ status: number; out: string; err: string }> {
    const file = join(mkdtempSync(join(root, 'bundle-')), 'window.evidence');
    writeFileSync(file, bundle.join(''));
    return new Promise((done) => {
      execFile(PYTHON, [PROGRAM, file, '--trust', trustFile, ...more], (error, out, err) =>
        done({ status: error === null ? 0 : Number(error.code), out, err }),
      );
    });
  }
  const at = (holds: (line: string) => boolean): number => lines.findIndex(holds);
  const isOf = (statement: string) => (line: string) =>
    line.includes(`\\"statement\\":\\"${statement}\\"`) && line.includes('"envelope"');

  test('accepts what ours accepts, from the specification alone, and comes to the same tally', async () => {
    const { status, out, err } = await verify(lines);
    assert.equal(status, 0, err);
    assert.match(out, /^window {4}acme\/consumer\/2026q1 2: PROVED, 4 intakes, 0 open$/m);
    assert.match(out, /^cosigned {2}city$/m);
    assert.match(out, /^fairness {2}all closings: PASS, unused, unused, unused$/m);
    assert.match(out, /^fairness {2}manual closings: PASS/m);
    assert.match(out, /^proofs {4}(\d+) of \1 verified$/m);
    assert.match(out, /^INSECURE/m);
  });

  test('says what a sample is', async () => {
    const { status, out } = await verify(lines, '--sample', SAMPLE);
    assert.equal(status, 0);
    assert.match(out, /^proofs {4}3 of \d+ verified: a sample$/m);
  });

  const TAMPERED: Readonly<Record<string, () => string[]>> = {
    'an entry removed': () => lines.toSpliced(at(isOf('decision')), 1),
    'an envelope removed': () => {
      const n = at(isOf('decision'));
      return lines.with(n, lines[n]!.replace(/"envelope":"(?:[^"\\]|\\.)*",/, ''));
    },
    'an envelope replaced': () => {
      const [n, other] = [at(isOf('decision')), lines.findLastIndex(isOf('decision'))];
      const envelope = /"envelope":"(?:[^"\\]|\\.)*"/;
      return lines.with(
        n,
        lines[n]!.replace(envelope, () => envelope.exec(lines[other]!)![0]),
      );
    },
    'two entries in each other’s place': () => {
      const [n, other] = [at(isOf('decision')), lines.findLastIndex(isOf('decision'))];
      return lines.with(n, lines[other]!).with(other, lines[n]!);
    },
    'a registration removed': () => lines.toSpliced(1, 1),
    'the range cut short': () => [
      lines[0]!.replace(/"to":(\d+)/, (_, to) => `"to":${Number(to) - 1}`),
      ...lines.slice(1, -1),
    ],
    'another window named': () => lines.with(0, lines[0]!.replace('"window":2', '"window":1')),
    'a cosignature that is none': () =>
      lines.with(0, lines[0]!.replace(/.{6}==\\n","format"/, 'AAAAAA==\\n","format"')),
    'no cosignature': () => lines.with(0, lines[0]!.replace(/— witness[^\\]*\\n/, '')),
    'a hash of the proof changed': () => lines.with(0, lines[0]!.replace(/"proof":\["..../, '"proof":["AAAA')),
    'a line that is not canonical': () => lines.with(1, lines[1]!.replace('{', '{ ')),
  };
  for (const [what, tamper] of Object.entries(TAMPERED)) {
    test(`refuses a bundle that was tampered with: ${what}`, async () => {
      const changed = tamper();
      assert.notDeepEqual(changed, lines);
      const { status, err } = await verify(changed, '--sample', '0');
      assert.equal(status, 1, err);
      assert.match(err, /^refused: /);
    });
  }

  test('refuses a proof that does not hold, though everything around it fits', async () => {
    const program = [
      'import sys; sys.path.insert(0, sys.argv[1])',
      'import json, groth16; from errors import Refused; from rules import Envelope',
      'trust = json.load(open(sys.argv[2])); envelope = Envelope(json.loads(sys.stdin.read())["envelope"])',
      'key = groth16.Key(trust["verificationKeys"][envelope.predicate["circuit"]])',
      'groth16.verify(key, envelope.signals, envelope.proof)',
      'for n in range(len(envelope.signals)):',
      '    try: groth16.verify(key, [s + (i == n) for i, s in enumerate(envelope.signals)], envelope.proof)',
      '    except Refused: continue',
      '    sys.exit(f"signal {n} is free")',
    ].join('\n');
    const { status, stderr } = spawnSync(PYTHON, ['-c', program, join(PROGRAM, '..'), trustFile], {
      input: lines[at(isOf('conformance'))]!,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
  });
});
