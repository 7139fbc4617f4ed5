import { randomScalar } from '@assay/field';
import { type ClosingTally, fairnessClaim, sumClosings } from '@assay/statements';
import { formatTable } from '@assay/verify';
import { verifyOffline } from '../offline-check.ts';
import { registerSlot } from '../regulator.ts';
import { type Cheat, next, outwaitDeadline } from './cheat.ts';

/** A decision that would spoil the figures is never logged, and fairness is proved over the others. */
export const drop: Cheat = async (context) => {
  const { bank, model, narrator, slot } = context;
  const { deployment, rules, bank: backend } = bank.scene;
  const dropped = await bank.proveIntake(next(context));
  const { index } = await bank.publish('eligibility', dropped.envelope);
  narrator.say(`the intake is entry ${index}; the bank never logs the decision on it`);
  await outwaitDeadline(context);
  const { claim } = (await bank.honestApplication(next(context), model)).decision;
  const { number, from } = slot;
  await registerSlot(backend.verifier, deployment, { scope: rules.scope, slot: number, from, to: Date.now() });

  narrator.say('the bank proves fairness over the other decisions of the window');
  const counted = [claim.tally].filter((tally): tally is ClosingTally => tally !== undefined);
  const fairness = fairnessClaim(rules.fairnessPolicy, sumClosings(counted), randomScalar());
  const place = { bank: backend.bank, scope: rules.scope, window: number, closings: 'all' as const };
  const envelope = await bank.prover.prove('fairness', fairness, place);
  const heard = await bank.publish('fairness', envelope, formatTable(fairness.table));

  const { findings } = await verifyOffline(deployment.layout.archive, deployment.layout.trustFile);
  const incomplete = findings.some((finding) => finding.code === 'WINDOW_INCOMPLETE' && finding.window === number);
  const overdue = findings.some((finding) => finding.code === 'INTAKE_OVERDUE' && finding.index === index);
  return {
    caught: heard.result === 'pending' && heard.code === 'WINDOW_INCOMPLETE' && incomplete && overdue,
    attempt: 'dropped a decision and proved fairness over the rest',
    namedBy: 'WINDOW_INCOMPLETE',
    where: `window ${number} gets no verdict; the offline check reports it, and INTAKE_OVERDUE for entry ${index}`,
  };
};
