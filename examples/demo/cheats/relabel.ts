import { compilePartitions } from '@assay/statements';
import { type Cheat, next, rejectedAs } from './cheat.ts';

/** A decision counted in other groups: the line between young and old is drawn elsewhere. */
export const relabel: Cheat = async (context) => {
  const { bank, model, narrator } = context;
  const { rules, dataset } = bank.scene;
  const { document } = rules.partitions;
  const redrawn = {
    ...document,
    partitions: document.partitions.map((partition) => ({
      ...partition,
      intervals: partition.intervals.map((interval) =>
        interval.from === '40' ? { ...interval, from: '60' } : interval,
      ),
    })),
  };
  const application = await bank.proveIntake(next(context));
  await bank.publish('eligibility', application.envelope);
  narrator.say('the bank draws the line between the age groups at 60 instead of 40, and proves the decision so');
  const { envelope } = await bank.proveDecision(application, model, compilePartitions(redrawn, dataset.schema));
  const heard = await bank.publish('decision', envelope);
  return rejectedAs('PARTITIONS_NOT_IN_FORCE', 'counted a decision in groups of its own', heard);
};
