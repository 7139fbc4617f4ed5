import { readModel } from '../dataset.ts';
import { type Cheat, next, rejectedAs } from './cheat.ts';

/** Another model decides than the one that the validator signed for; its proof is valid. */
export const swapModel: Cheat = async (context) => {
  const { bank, narrator } = context;
  const other = bank.commit(readModel('retail-torch', bank.scene.dataset.schema));
  const application = await bank.proveIntake(next(context));
  await bank.publish('eligibility', application.envelope);
  narrator.say('the bank decides with another model, and proves that decision');
  const { envelope } = await bank.proveDecision(application, other);
  const heard = await bank.publish('decision', envelope);
  return rejectedAs('MODEL_NOT_IN_FORCE', 'decided with a model that nobody signed for', heard);
};
