import { join } from 'node:path';
import { ArchiveIndex, ArchiveReader } from '@assay/archive';
import { BANK, MODEL, SCOPE, trust } from '../packages/verify/test/world.ts';
import { STATEMENT_INDEX } from '../services/verifier/src/statement-index.ts';
import { Deployment } from '../services/verifier/test/deployment.ts';
import { generateArchive } from '../services/verifier/test/generated-archive.ts';
import { buildConsole } from '../tools/setup/console.ts';
import { Progress } from '../tools/setup/progress.ts';
import type { Bench } from './harness/bench.ts';
import { overviewTimes } from './harness/console-overview.ts';
import { figure } from './harness/table.ts';

const ENTRIES = 100_000;
/** Requests of each kind for each run that is asked for. */
const REQUESTS = 20;
/** Overviews that are opened in a browser for each run that is asked for. */
const OVERVIEWS = 5;
/** More than the bench asks. */
const RATE = { perSecond: 1_000_000, burst: 1_000_000 };

/** What is asked for: listings and filters, and what the first page of a console needs. */
function pathsOf(size: number): Readonly<Record<string, readonly string[]>> {
  const scope = `scope=${encodeURIComponent(SCOPE)}`;
  const time = (index: number) => new Date(Date.UTC(2026, 0, 15) + index * 250).toISOString();
  const middle = Math.floor(size / 2);
  const cursor = Buffer.from(`p${middle}`).toString('base64url');
  return {
    list: ['', `cursor=${cursor}`, 'limit=200'].map((query) => `/v1/statements?${query}`),
    filter: [
      'kind=decision',
      'kind=eligibility&kind=manual-decision&kind=withdrawal',
      `kind=fairness&${scope}`,
      `bank=${BANK}&kind=withdrawal`,
      'bank=nobody',
      'bank=nobody&kind=decision',
      `${scope}&bank=nobody`,
      `${scope}&cursor=${cursor}`,
      `${scope}&window=3`,
      `${scope}&slot=40&kind=manual-decision`,
      `${scope}&slot=40&kind=fairness`,
      `model=${MODEL}`,
      `model=${MODEL}&kind=conformance`,
      `model=${MODEL}&bank=nobody`,
      `model=${MODEL}&scope=nobody%2Floans%2F2026`,
      'model=1',
      'subject=1',
      `subject=${10n ** 40n + 777n}`,
      'verdict=FAIL',
      'result=rejected',
      'code=INTAKE_CLOSED',
      'code=DUPLICATE_NULLIFIER',
      'code=PROOF_INVALID&bank=nobody',
      `receivedFrom=${time(middle)}&receivedBefore=${time(middle + 400)}`,
      `kind=conformance&receivedBefore=${time(100)}`,
    ].map((query) => `/v1/statements?${query}`),
    statement: [`/v1/statements/${middle}`, `/v1/statements/${middle}/receipt`],
    overview: ['/v1/archive', '/v1/windows?limit=200', '/v1/findings', '/v1/registrations', `/v1/in-force?${scope}`],
  };
}

/** The read API and the console's overview over many statements, from a verifier process on a generated archive: nothing is proved for it. */
export const readApi: Bench = {
  name: 'read-api',
  title: `the read API over ${figure(ENTRIES)} archived statements`,
  async run({ runs, onProgress }) {
    const consoleDir = await buildConsole(new Progress('console', 1));
    await using deployment = await Deployment.create({ http: { rate: { address: RATE, examiner: RATE }, consoleDir } });
    onProgress(`writing an archive of ${figure(ENTRIES)} entries in their real form, with one proof for all`);
    await generateArchive(deployment.archive, ENTRIES);
    const rebuilds: Awaited<ReturnType<typeof rebuild>>[] = [];
    const reader = await ArchiveReader.open(deployment.archive, trust.log.verifierKey);
    for (let run = 0; run < runs; run++) {
      onProgress('building the index');
      rebuilds.push(await rebuild(reader, join(deployment.dir, run === 0 ? 'index.sqlite' : `index-${run}.sqlite`)));
    }
    onProgress('starting the verifier');
    const started = performance.now();
    await deployment.start();
    const startSeconds = (performance.now() - started) / 1000;
    const results = {
      entries: reader.size,
      indexEntriesPerSecond: Math.round(
        quantile(
          rebuilds.map(({ perSecond }) => perSecond),
          0.5,
        ),
      ),
      indexEntriesPerCpuSecond: Math.round(
        quantile(
          rebuilds.map(({ perCpuSecond }) => perCpuSecond),
          0.5,
        ),
      ),
      startSeconds,
      milliseconds: {} as Record<string, Figures>,
    };
    const slowest: [string, string, string, string][] = [];
    for (const [name, paths] of Object.entries(pathsOf(reader.size))) {
      onProgress(name);
      const { figures, slow } = await measure(deployment, paths, runs * REQUESTS);
      results.milliseconds[name] = { ...figures, slowest: slow };
      slowest.push([name, figure(figures.p50, 1), figure(figures.p95, 1), `${figure(slow.p95, 1)} ${slow.path}`]);
    }
    onProgress('overview in a browser');
    const origin = `http://${String(deployment.service.ready.http)}`;
    const opened = await overviewTimes(origin, deployment.token, runs * OVERVIEWS);
    const browser = opened && figuresOf(opened);
    return {
      results: { ...results, ...(browser && { browserOverview: browser }) },
      table: {
        head: ['', 'p50 ms', 'p95 ms', 'slowest p95 ms'],
        rows: [
          ...slowest,
          browser === undefined
            ? ['overview in a browser', 'no Chromium', '', '']
            : ['overview in a browser', figure(browser.p50), figure(browser.p95), ''],
          ['index, entries a second', figure(results.indexEntriesPerSecond), '', ''],
          ['of processor time', figure(results.indexEntriesPerCpuSecond), '', ''],
          ['start of the verifier, s', figure(startSeconds, 1), '', ''],
        ],
      },
    };
  },
};

interface Figures {
  readonly requests: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  /** The path with the highest p95. */
  readonly slowest?: { readonly path: string; readonly p95: number };
}

/** Entries a second, by the clock and by processor time: what else runs on the machine counts in the first. */
async function rebuild(reader: ArchiveReader, path: string) {
  const started = performance.now();
  const before = process.cpuUsage();
  const index = await ArchiveIndex.open(path, reader, STATEMENT_INDEX);
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - started) / 1000;
  await index.close();
  return { perSecond: reader.size / seconds, perCpuSecond: reader.size / ((user + system) / 1e6) };
}

async function measure(deployment: Deployment, paths: readonly string[], requests: number) {
  const all: number[] = [];
  const ofPaths: { path: string; p95: number }[] = [];
  for (const path of paths) {
    const times: number[] = [];
    await timed(deployment, path); // The first opens what later ones find open.
    for (let request = 0; request < requests; request++) times.push(await timed(deployment, path));
    ofPaths.push({ path, p95: quantile(times, 0.95) });
    all.push(...times);
  }
  return { figures: figuresOf(all), slow: ofPaths.reduce((a, b) => (b.p95 > a.p95 ? b : a)) };
}

function figuresOf(times: readonly number[]): Figures {
  return { requests: times.length, p50: quantile(times, 0.5), p95: quantile(times, 0.95), max: quantile(times, 1) };
}

/** Milliseconds from the request to the last byte of the response. */
async function timed(deployment: Deployment, path: string): Promise<number> {
  const started = performance.now();
  const response = await deployment.fetch(path);
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`${path} gives ${response.status}`);
  return performance.now() - started;
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!;
}
