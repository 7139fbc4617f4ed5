import { verifyOffline } from '../offline-check.ts';
import { type Cheat, next, outwaitDeadline } from './cheat.ts';

/** A decision is proved but kept back, to see first how the window turns out. */
export const delay: Cheat = async (context) => {
  const { bank, model, narrator } = context;
  const { deployment } = bank.scene;
  const application = await bank.proveIntake(next(context));
  const { envelope } = await bank.proveDecision(application, model);
  const { index } = await bank.publish('eligibility', application.envelope);
  narrator.say(`the intake is entry ${index}; the bank has its decision, and keeps it back past the deadline`);
  await bank.honestApplication(next(context), model);
  await outwaitDeadline(context);
  await bank.publish('decision', envelope);

  const { findings } = await verifyOffline(deployment.layout.archive, deployment.layout.trustFile);
  const late = findings.some((finding) => finding.code === 'CLOSED_LATE' && finding.index === index);
  return {
    caught: late,
    attempt: 'kept a decision back past its deadline',
    namedBy: late ? 'CLOSED_LATE' : 'none',
    where: `the offline check reports it for entry ${index}`,
  };
};
