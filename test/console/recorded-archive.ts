import { join } from 'node:path';
import { gateway } from '@assay/client';
import type { Deployment } from '@assay/deployment';
import { sealEnvelope } from '@assay/verify';
import { withScoreAtCutoff } from '../../examples/applicants/demo.ts';
import { generateApplicants } from '../../examples/applicants/generate.ts';
import { decideReferred, proveFairness, type Settled, submitAll, withdraw } from '../../examples/demo/bank-backend.ts';
import { type DemoApplicant, retailDataset } from '../../examples/demo/dataset.ts';
import { registerDecidingModel } from '../../examples/demo/honest-run.ts';
import { Narrator } from '../../examples/demo/narrator.ts';
import { registerSlot } from '../../examples/demo/regulator.ts';
import { openScene } from '../../examples/demo/scene.ts';

/** An archive with real proofs in it, and what a test has to know of it. */
export interface RecordedArchive {
  readonly deployment: Deployment;
  readonly scope: string;
  /** Commitment of an application that was referred and not decided, decimal. */
  readonly openApplicant: string;
  /** One that is closed. */
  readonly closedApplicant: string;
  /** The notice of an application that the model declined: the score's reasons, with their proof. */
  readonly notice: Uint8Array;
}

const dataset = retailDataset();
/** What the proof of a notice's reasons may take. */
const NOTICE_MS = 120_000;

/**
 * Has a bank fill an archive with three windows, and stops all of it: the first is proved, with one manual decision; in the second, more was
 * withdrawn than the ceiling allows; in the third, an application is still with a person.
 */
export async function recordArchive(dir: string): Promise<RecordedArchive> {
  const limits = { withdrawalCeilingPermille: 200, referralCeilingPermille: 500 };
  await using scene = await openScene({ dir: join(dir, 'scene'), dataset, tMin: 2, limits });
  let from = Date.now();
  const endSlot = async (slot: number): Promise<void> => {
    const to = Date.now();
    await registerSlot(scene.bank.verifier, scene.deployment, { scope: scene.rules.scope, slot, from, to });
    from = to;
  };
  await registerDecidingModel(scene, new Narrator({ write: () => true }));

  const first = await submitAll(scene.bank, applicants(1, 6));
  await decideReferred(scene.bank, first[0]!, { approve: true });
  await endSlot(1);
  await proveFairness(scene.bank, 1);

  const [leaving] = await submitAll(scene.bank, applicants(2, 3));
  await withdraw(scene.bank, leaving!);
  await endSlot(2);

  const declined = first.find(({ application }) => application.outcome === gateway.Outcome.DECLINED);
  const notice = await scene.bank.gateway.getDecisionNotice(declined!.application.applicationId, {
    deadlineMs: NOTICE_MS,
  });

  const [open] = await submitAll(scene.bank, applicants(3, 2));
  await endSlot(3);
  return {
    deployment: scene.deployment,
    scope: scene.rules.scope,
    openApplicant: commitmentOf(open!),
    closedApplicant: commitmentOf(declined!),
    notice,
  };
}

/** Some applicants of their own seed, the first with a score that the model refers. */
function applicants(seed: number, count: number): DemoApplicant[] {
  return generateApplicants({ seed, count, biased: false }).map((applicant, i) => {
    const chosen = i > 0 ? applicant : withScoreAtCutoff(applicant, dataset.schema, dataset.model.lowered, 'income');
    return {
      ...(chosen ?? applicant),
      id: `${seed}-${applicant.id}`,
      documentNumber: `S${seed}${applicant.documentNumber}`,
    };
  });
}

function commitmentOf({ application }: Settled): string {
  return application.applicantCommitment;
}

/** An envelope by which the bank says that an application was withdrawn. */
export async function withdrawalEnvelope(
  { deployment, scope }: RecordedArchive,
  applicantCommitment: bigint,
): Promise<Uint8Array> {
  const predicate = {
    type: 'withdrawal',
    bank: deployment.bank,
    scope,
    applicantCommitment,
    reason: 'applicant-withdrew',
  } as const;
  return (await sealEnvelope(predicate, new Uint8Array(), deployment.bankSigner)).bytes;
}
