import { type Cheat, next, rejectedAs } from './cheat.ts';

/** An approved applicant of old is logged again to improve the figures, as a second application with new salt. */
export const stuff: Cheat = async (context) => {
  const { bank, model, narrator } = context;
  const who = next(context);
  const { application: first } = await bank.honestApplication(who, model);
  narrator.say(
    'the bank logs the same applicant again, on the financial credential that has backed an application before',
  );
  const again = await bank.proveIntake(who, { of: first, ordinal: 1 });
  const heard = await bank.publish('eligibility', again.envelope);
  return rejectedAs('DUPLICATE_CREDENTIAL', 'logged an old applicant again', heard);
};
