import { setTimeout } from 'node:timers/promises';
import type { CommittedModel } from '@assay/statements';
import type { DemoApplicant } from '../dataset.ts';
import type { Heard, ModifiedBank } from '../modified-bank.ts';
import type { Narrator } from '../narrator.ts';

/** What a cheat works with. */
export interface CheatContext {
  readonly bank: ModifiedBank;
  /** The model that is registered. */
  readonly model: CommittedModel;
  /** Applicants that nobody has submitted yet. */
  readonly applicants: Iterator<DemoApplicant>;
  readonly narrator: Narrator;
  /** Number of the next slot of the scope, and when it starts. */
  readonly slot: { readonly number: number; readonly from: number };
}

/** What came of it. */
export interface CheatResult {
  /** Whether the verifier named it as what it was. */
  readonly caught: boolean;
  /** What the bank did, in one sentence. */
  readonly attempt: string;
  /** The code of the rejection or finding. */
  readonly namedBy: string;
  /** Where that is found. */
  readonly where: string;
}

/** One way of cheating. */
export type Cheat = (context: CheatContext) => Promise<CheatResult>;

/** The next applicant. */
export function next({ applicants }: CheatContext): DemoApplicant {
  const { value, done } = applicants.next();
  if (done) throw new Error('there are no applicants left');
  return value;
}

/** Waits until what was archived before is past the scope's deadline for closings. */
export async function outwaitDeadline({ bank }: CheatContext): Promise<void> {
  await setTimeout((bank.scene.rules.limits.closingDeadlineSeconds + 1) * 1000);
}

/** The result of an envelope that had to be rejected under `code`. */
export function rejectedAs(code: string, attempt: string, heard: Heard): CheatResult {
  const caught = heard.result === 'rejected' && heard.code === code;
  return {
    caught,
    attempt,
    namedBy: heard.code || heard.result,
    where: heard.index === undefined ? 'not archived' : `entry ${heard.index} of the archive, a rejection`,
  };
}
