import { policySignals } from '@assay/policy';
import { modelCommitment } from '@assay/statements';
import { decimals, type Vector } from './encode.ts';
import {
  FAIRNESS_DOCUMENT,
  fairnessPolicy,
  model,
  PARTITIONS_DOCUMENT,
  POLICY_DOCUMENT,
  partitions,
  policy,
  REASONS_DOCUMENT,
  reasonRules,
  SCHEMA_DOCUMENT,
  schema,
} from './inputs.ts';

/** What is registered: documents, what they compile to, and the hash. */
export function documentVectors(): Vector {
  const { family, ...parameters } = model.model;
  return decimals({
    schema: { document: SCHEMA_DOCUMENT, schemaId: schema.id },
    policy: {
      document: POLICY_DOCUMENT,
      compiled: {
        clauses: policy.clauses,
        sets: policy.sets.map(({ slot, negated, values, tree }) => ({ slot, negated, values, root: tree.root })),
        conjunctions: policy.conjunctions,
        ...policySignals(policy),
      },
      policyHash: policy.policyHash,
    },
    partitions: {
      document: PARTITIONS_DOCUMENT,
      compiled: partitions.partitions,
      partitionsHash: partitions.hash,
    },
    fairnessPolicy: {
      document: FAIRNESS_DOCUMENT,
      compiled: fairnessPolicy.partitions,
      fairnessPolicyHash: fairnessPolicy.hash,
    },
    reasons: {
      document: REASONS_DOCUMENT,
      compiled: {
        baseline: reasonRules.baseline,
        codes: schema.attributes.map(({ slot }) => ({ slot, ...reasonRules.codeOf(slot) })),
      },
      baselineHash: reasonRules.baselineHash,
    },
    model: {
      family,
      ...parameters,
      modelSalt: model.modelSalt,
      modelCommitment: modelCommitment(model),
    },
  });
}
