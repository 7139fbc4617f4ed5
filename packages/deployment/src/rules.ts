import { type CompiledPolicy, compilePolicy, type PolicyDocument } from '@assay/policy';
import { protectedMask, type Schema } from '@assay/schema';
import {
  compileFairnessPolicy,
  compilePartitions,
  type FairnessPolicy,
  type FairnessPolicyDocument,
  type Partitions,
  type PartitionsDocument,
} from '@assay/statements';

/** What a regulator decides about a scope, as documents and numbers. */
export interface RulesInput {
  /** `bank/product/period`. */
  readonly scope: string;
  readonly schema: Schema;
  readonly policy: PolicyDocument;
  readonly partitions: PartitionsDocument;
  readonly fairnessPolicy: FairnessPolicyDocument;
  /** Most withdrawals and referrals, in thousandths of a window's intakes. Default 100 and 200. */
  readonly withdrawalCeilingPermille?: number;
  readonly referralCeilingPermille?: number;
  /** Seconds from admission to closing before a finding. Default 30 days. */
  readonly closingDeadlineSeconds?: number;
  /** Seconds for which a superseded tree root may still be used. Default a day. */
  readonly rootGraceSeconds?: number;
}

/** A scope's rules, compiled: what is registered of them, and what an independent check computes with. */
export interface Rules {
  readonly scope: string;
  readonly schema: Schema;
  readonly policy: CompiledPolicy;
  readonly partitions: Partitions;
  readonly fairnessPolicy: FairnessPolicy;
  /** Slots that no model may read: the schema's protected ones. */
  readonly prohibitedMask: number;
  readonly limits: {
    readonly withdrawalCeilingPermille: number;
    readonly referralCeilingPermille: number;
    readonly closingDeadlineSeconds: number;
    readonly rootGraceSeconds: number;
  };
}

/** Compiles rules. @throws PolicyError, StatementError naming the field */
export function compileRules(input: RulesInput): Rules {
  const { scope, schema } = input;
  const partitions = compilePartitions(input.partitions, schema);
  return {
    scope,
    schema,
    policy: compilePolicy(input.policy, schema),
    partitions,
    fairnessPolicy: compileFairnessPolicy(input.fairnessPolicy, partitions),
    prohibitedMask: Number(protectedMask(schema)),
    limits: {
      withdrawalCeilingPermille: input.withdrawalCeilingPermille ?? 100,
      referralCeilingPermille: input.referralCeilingPermille ?? 200,
      closingDeadlineSeconds: input.closingDeadlineSeconds ?? 30 * 86_400,
      rootGraceSeconds: input.rootGraceSeconds ?? 86_400,
    },
  };
}
