import { gateway } from '@assay/client';
import { modelRegistration, submitRegistrations } from '@assay/deployment';
import { type CheckedNotice, noticeFor } from './applicants-notice.ts';
import { decideReferred, proveFairness, registerModel, type Settled, submitAll } from './bank-backend.ts';
import { cpuSecondsOf } from './cpu-time.ts';
import { inferenceSeconds } from './inference.ts';
import type { Narrator } from './narrator.ts';
import { untilCosigned, verifyOffline } from './offline-check.ts';
import { type Ended, verdictsInClear } from './oracle.ts';
import { provingSystemOf } from './proving-system.ts';
import { openTable, registerSlot, type TableRow } from './regulator.ts';
import { duration, formatTable, type Row } from './report.ts';
import type { Scene } from './scene.ts';
import { fromCheckout, percentile, type Summary } from './summary.ts';
import { countConnected, waterfall } from './traces.ts';

/** What became of a run. */
export interface RunResult {
  readonly summary: Summary;
  /** Why the run is not as it should be; none when it is. */
  readonly faults: readonly string[];
  /** What to print at the end. */
  readonly lines: readonly string[];
  readonly table: readonly TableRow[];
}

const TRACES_MS = 20_000;

/** The main job: a model decides under proof, applications are archived, a window is judged, and all of it is checked offline. */
export async function honestRun(scene: Scene, narrator: Narrator): Promise<RunResult> {
  const { dataset, deployment, rules, bank } = scene;
  const started = Date.now();
  await registerDecidingModel(scene, narrator);

  const { applicants } = dataset;
  const cpuBefore = cpuSecondsOf('kyc-prover');
  let done = 0;
  narrator.say(`submitting ${applicants.length} applications (${dataset.title})`);
  const settled = await submitAll(bank, applicants, () => {
    done += 1;
    narrator.progress('applications', done, applicants.length);
  });
  const ended = await decideAllReferred(scene, settled, narrator);
  const cpuAfter = cpuSecondsOf('kyc-prover');

  narrator.say('the regulator registers the slot that covers these intakes');
  await registerSlot(bank.verifier, deployment, { scope: rules.scope, slot: 1, from: started, to: Date.now() });
  narrator.say('the bank proves fairness over the window');
  const fairness = await proveFairness(bank, 1);
  const table = await openTable(bank.verifier, fairness.statement!.digest, deployment, rules);
  narrator.say("the regulator's key opens the table beside the statement");

  const notice = await oneNotice(scene, settled, narrator);

  narrator.say('checking the archive offline, from its files and the trust file');
  const { archive, trustFile } = deployment.layout;
  await untilCosigned(archive, deployment.trust);
  const report = await verifyOffline(archive, trustFile);
  await scene.telemetry.flush();
  const traceIds = settled.map(({ traceId }) => traceId);
  const connected = await countConnected(scene.collector, traceIds, TRACES_MS);
  const summary: Summary = {
    applications: applicants.length,
    archived: Object.values(report.statements).reduce((sum, count) => sum + count, 0),
    expected: expectedStatements(settled),
    rejected: report.entries.rejected ?? 0,
    verdicts: report.windows.find(({ window }) => window === 1)?.verdicts ?? {},
    traces: { applications: traceIds.length, connected },
    latencyMs: latencies(settled),
    provingSystem: provingSystemOf(scene),
    cosigners: report.cosigners.map(({ name }) => name),
    archiveDir: fromCheckout(archive),
    trustFile: fromCheckout(trustFile),
  };
  const cpuPerApplication =
    cpuBefore === undefined || cpuAfter === undefined ? undefined : (cpuAfter - cpuBefore) / applicants.length;
  const inference = await inferenceSeconds(dataset.model, dataset.schema, applicants);
  const rows = [...tableRows(summary, settled, ended, cpuPerApplication, inference), ...noticeRows(notice)];
  const lines = [
    ...formatTable(`Assay: ${dataset.title}`, rows),
    '',
    'One application, from the call of its bank to the archived receipt:',
    ...waterfall(scene.collector.spans(traceIds[0])),
    ...(notice === undefined
      ? []
      : ['', 'The notice of one who was declined, checked by the applicant alone:', ...notice.lines]),
  ];
  const verdictsDue = dataset.intended ?? verdictsInClear(ended, rules);
  return { summary, faults: faultsOf(summary, verdictsDue, verdictsInClear(ended, rules)), lines, table };
}

/** The bank uploads the model, its conformance is proved, and the bank's validator registers it. */
export async function registerDecidingModel(
  { dataset, deployment, rules, bank }: Scene,
  narrator: Narrator,
): Promise<void> {
  const { registration } = dataset.model;
  narrator.say(`registering the model ${registration.name} (${registration.file}): lowering, conformance proof`);
  const { report, conformance } = await registerModel(bank, dataset.model, dataset.reasons.document);
  const { name, version } = registration;
  const model = {
    ...{ scope: rules.scope, name, version },
    modelCommitment: report!.modelCommitment,
    conformance: Buffer.from(conformance!.digest).toString('hex'),
    reasons: dataset.reasons,
  };
  await submitRegistrations(bank.verifier, [await modelRegistration(deployment, model)]);
  narrator.say(`the validator has signed for it: ${report!.weights} weights, ${report!.steps} steps`);
}

/**
 * Statements that have to be in the archive: one intake and one decision for each application, one manual decision for each
 * that was referred, the model's conformance and the window's fairness.
 */
export function expectedStatements(settled: readonly Settled[]): number {
  return 2 * settled.length + settled.filter(isReferred).length + 2;
}

function isReferred({ application }: Settled): boolean {
  return application.state === gateway.ApplicationState.REFERRED;
}

async function decideAllReferred({ bank }: Scene, settled: readonly Settled[], narrator: Narrator): Promise<Ended[]> {
  const ended: Ended[] = [];
  for (const one of settled) {
    if (!isReferred(one)) {
      ended.push(one);
      continue;
    }
    narrator.say(`an officer decides ${one.applicant.id}, which the model referred`);
    ended.push({ applicant: one.applicant, application: await decideReferred(bank, one, { approve: true }) });
  }
  return ended;
}

/** The notice of the first applicant whom the model declined, made by the bank and checked as the applicant would. */
async function oneNotice(
  { bank, dir, deployment }: Scene,
  settled: readonly Settled[],
  narrator: Narrator,
): Promise<CheckedNotice | undefined> {
  const declined = settled.find(({ application }) => application.outcome === gateway.Outcome.DECLINED);
  if (declined === undefined) return undefined;
  narrator.say(`${declined.applicant.id} was declined, asks for a notice, and checks it`);
  return await noticeFor(declined, bank.gateway, { dir, trustFile: deployment.layout.trustFile });
}

function noticeRows(notice: CheckedNotice | undefined): Row[] {
  if (notice?.reasons === undefined) return [];
  const { basis, named } = notice.reasons;
  const how = basis === 'score' ? 'proved' : 'declared';
  return [["a declined applicant's reasons", `${named.map(({ label }) => label).join(', ')} (${how})`]];
}

function latencies(settled: readonly Settled[]): Summary['latencyMs'] {
  const all = settled.map(({ latencyMs }) => latencyMs);
  return { p50: percentile(all, 0.5), p95: percentile(all, 0.95) };
}

function tableRows(
  summary: Summary,
  settled: readonly Settled[],
  ended: readonly Ended[],
  cpu: number | undefined,
  inference: number,
): Row[] {
  const { APPROVED, DECLINED, INELIGIBLE } = gateway.Outcome;
  const count = (...outcomes: gateway.Outcome[]): number =>
    ended.filter(({ application }) => outcomes.includes(application.outcome)).length;
  const referred = settled.filter(isReferred).length;
  const verdicts = Object.entries(summary.verdicts).map(([name, verdict]): Row => [`fairness by ${name}`, verdict]);
  const { p50, p95 } = summary.latencyMs;
  return [
    ['applications', `${summary.applications}`],
    ['approved', `${count(APPROVED)}`],
    ['declined', `${count(DECLINED, INELIGIBLE)} (${count(INELIGIBLE)} not eligible)`],
    ['referred to a person', `${referred}${referred > 0 ? ' (decided since, and counted above)' : ''}`],
    ['statements archived', `${summary.archived} of ${summary.expected} expected, ${summary.rejected} rejected`],
    ...verdicts,
    ['checkpoint cosigned', summary.cosigners.length > 0 ? `by ${summary.cosigners.join(', ')}` : 'by nobody'],
    ['submission to receipt', `p50 ${duration(p50)}, p95 ${duration(p95)}`],
    [
      'proving an application',
      cpu === undefined
        ? 'not measured on this system'
        : `${cpu.toFixed(2)} CPU s, ${Math.round(cpu / inference).toLocaleString('en')} times onnxruntime's inference`,
    ],
    ['connected traces', `${summary.traces.connected} of ${summary.traces.applications}`],
  ];
}

function faultsOf(
  { archived, expected, traces, verdicts, rejected, cosigners }: Summary,
  due: Readonly<Record<string, string>>,
  inClear: Readonly<Record<string, string>>,
): string[] {
  const same = (one: Readonly<Record<string, string>>): boolean =>
    Object.keys(one).length === Object.keys(verdicts).length &&
    Object.entries(one).every(([name, verdict]) => verdicts[name] === verdict);
  return [
    ...(archived === expected ? [] : [`${archived} statements are archived, not ${expected}`]),
    ...(rejected === 0 ? [] : [`${rejected} envelopes were rejected`]),
    ...(cosigners.length > 0 ? [] : ['no log witness cosigned the checkpoint']),
    ...(traces.connected === traces.applications ? [] : ['not every trace is connected']),
    ...(same(inClear) ? [] : ['the proved verdicts are not those of the decisions in the clear']),
    ...(same(due) ? [] : ['the verdicts are not those that the applicants were made for']),
  ];
}
