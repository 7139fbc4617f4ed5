import { isSignedBy } from '@assay/archive';
import { sumPoints } from '@assay/field';
import { createVerifier, type Groth16Verifier, type ProofClaim } from '@assay/groth16';
import { collectEvidence, formatEvidence, parseEvidence, verifyEvidence } from '@assay/verify';
import { Bench as Log } from '../packages/verify/test/bench.ts';
import { fairness } from '../packages/verify/test/fairness.ts';
import { logged } from '../packages/verify/test/logged.ts';
import { decision, intake, NOON, SCOPE, slot, tallyOf, trust } from '../packages/verify/test/world.ts';
import type { Bench } from './harness/bench.ts';
import { median, milliseconds, timed } from './harness/median.ts';
import { figure } from './harness/table.ts';

const SIZES = [500, 10_000];

interface EvidenceFigures {
  readonly applications: number;
  readonly proofs: number;
  readonly bytes: number;
  /** What verified the proofs. */
  readonly verifier: string;
  /** Reading the form alone; the whole check, in which proofs are verified while the statements before them are looked at. */
  readonly parseMs: number;
  readonly verifyMs: number;
  /** Processor time of the whole check, and of verifying the same batches of proofs by themselves. */
  readonly verifyCpuMs: number;
  readonly proofsCpuMs: number;
  readonly proofsShare: number;
}

/**
 * Checking one window from its bundle. Every entry is a valid one of its own, with a proof that verifies: under keys whose secrets the bench
 * knows, so that a proof is computed and not proved. Verifying it is the real thing, in native batches where there are any.
 */
export const evidence: Bench = {
  name: 'evidence',
  title: 'verify-evidence by applications in the window (simulated proofs, verified in earnest)',
  async run({ runs, onProgress }) {
    const verifier = createVerifier();
    const results: EvidenceFigures[] = [];
    for (const applications of SIZES) {
      onProgress(`a window of ${figure(applications)} applications`);
      const bytes = await bundleOf(applications);
      onProgress(`checking ${figure(bytes.length)} bytes`);
      results.push(await measure(bytes, applications, verifier, runs));
    }
    const head = [
      'applications',
      'proofs',
      'MB',
      'form ms',
      'whole ms',
      'CPU ms',
      'proofs CPU ms',
      'proofs %',
      'proofs/s',
    ];
    const rows = results.map((r) => [
      figure(r.applications),
      figure(r.proofs),
      figure(r.bytes / 1e6, 1),
      figure(r.parseMs),
      figure(r.verifyMs),
      figure(r.verifyCpuMs),
      figure(r.proofsCpuMs),
      figure(100 * r.proofsShare),
      figure((1000 * r.proofs) / r.verifyMs),
    ]);
    return { results, table: { head, rows } };
  },
};

/** The bundle of a proved window with as many intakes, each closed by a decision. */
async function bundleOf(applications: number): Promise<Uint8Array> {
  const log = await Log.ready([await slot(1, NOON, NOON + 1000)]);
  const numbers = Array.from({ length: applications }, (_, n) => n + 1);
  const tallies = Array.from({ length: 64 }, (_, n) => tallyOf(n + 1));
  const tally = (n: number) => tallies[n % tallies.length]!;
  for (const n of numbers) log.append(await intake(n));
  for (const n of numbers) log.append(await decision(n, { tallyX: tally(n).x, tallyY: tally(n).y }));
  log.now = NOON + 1000;
  const { envelope, table } = await fairness(1, applications, sumPoints(numbers.map(tally)));
  log.append(envelope, table);
  const collected = await collectEvidence(await logged(log), trust, { scope: SCOPE, window: 1 });
  return new Uint8Array(Buffer.concat(formatEvidence(collected)));
}

async function measure(
  bytes: Uint8Array,
  applications: number,
  verifier: Groth16Verifier,
  runs: number,
): Promise<EvidenceFigures> {
  const samples: { readonly ms: number; readonly cpuMs: number; readonly proofsCpuMs: number }[] = [];
  let proofs = 0;
  for (let run = 0; run <= runs; run++) {
    const batches: (readonly ProofClaim[])[] = [];
    const noting: Groth16Verifier = {
      name: verifier.name,
      verify: (...given) => verifier.verify(...given),
      verifyBytes: (claim) => verifier.verifyBytes(claim),
      verifyBatch(claims, options) {
        batches.push(claims);
        return verifier.verifyBatch(claims, options);
      },
    };
    const whole = await timed(async () => {
      const report = await verifyEvidence(bytes, trust, { verifier: noting, isSignedBy });
      if (report.state !== 'PROVED' || report.total !== applications)
        throw new Error('the bundle is not what was made');
      ({ proofs } = report);
    });
    const alone = await timed(async () => {
      for (const batch of batches) await verifier.verifyBatch(batch);
    });
    // The first run warms up.
    if (run > 0) samples.push({ ...whole, proofsCpuMs: alone.cpuMs });
  }
  const verifyCpuMs = median(samples.map(({ cpuMs }) => cpuMs));
  const proofsCpuMs = median(samples.map((sample) => sample.proofsCpuMs));
  return {
    ...{ applications, proofs, bytes: bytes.length, verifier: verifier.name },
    parseMs: await milliseconds(() => void parseEvidence(bytes)),
    verifyMs: median(samples.map(({ ms }) => ms)),
    ...{ verifyCpuMs, proofsCpuMs, proofsShare: proofsCpuMs / verifyCpuMs },
  };
}
