import { gateway } from '@assay/client';
import type { Rules } from '@assay/deployment';
import { encodeAttributes } from '@assay/schema';
import { groupOf, sumClosings, verdictsOf } from '@assay/statements';
import type { DemoApplicant } from './dataset.ts';

/** How an application ended, in the clear: only whoever runs the demo has both. */
export interface Ended {
  readonly applicant: DemoApplicant;
  readonly application: gateway.Application;
}

/** The verdicts that follow from the decisions themselves, computed without a proof: what the statement has to say. */
export function verdictsInClear(
  ended: readonly Ended[],
  { schema, partitions, fairnessPolicy }: Rules,
): Record<string, string> {
  const closings = ended
    .filter(({ application }) => application.state === gateway.ApplicationState.CLOSED)
    .map(({ applicant, application }) => {
      const attributes = encodeAttributes(schema, applicant.values);
      return {
        groups: partitions.partitions.map((partition) => groupOf(partition, attributes)),
        approved: application.outcome === gateway.Outcome.APPROVED,
        blinding: 0n,
      };
    });
  const verdicts = verdictsOf(fairnessPolicy, sumClosings(closings));
  return Object.fromEntries(partitions.document.partitions.map(({ name }, p) => [name, verdicts[p]!]));
}
