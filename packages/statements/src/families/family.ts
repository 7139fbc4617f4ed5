import type { Fr } from '@assay/field';
import type { Model } from '@assay/model';
import type { CircuitInput } from '../circuit-input.ts';
import type { JsonMembers } from '../opening-json.ts';

/** A model with the salt that hides it behind its commitment. */
export interface CommittedModel<M extends Model = Model> {
  readonly model: M;
  readonly modelSalt: Fr;
}

/** What proves the reasons of models of one family. */
export interface FamilyReasons<M extends Model = Model> {
  readonly circuit: string;
  /** What the circuit takes of a model, for one applicant's 32 encoded attributes and those of the baseline. */
  input(committed: CommittedModel<M>, attributes: readonly bigint[], baseline: readonly bigint[]): CircuitInput;
}

/** Models of one kind and size: those that one decision circuit evaluates. All that the protocol needs to know of them. */
export interface Family<M extends Model = Model> {
  /** What stands for it in commitments and in the public signal `family`. */
  readonly number: bigint;
  /** Its name in openings. */
  readonly name: string;
  /** The circuit that proves decisions of its models. */
  readonly decision: string;
  /** The circuit that proves their conformance; families may share one. */
  readonly conformance: string;
  /** How reasons of its declined decisions are proved. */
  readonly reasons: FamilyReasons<M>;
  /** Whether a model is of this family, in kind and size. */
  includes(model: Model): model is M;
  /** `modelCommitment` of docs/spec/statements.md. */
  commitment(committed: CommittedModel<M>): Fr;
  /** What the decision circuit takes of a model, for one applicant's 32 encoded attributes. */
  decisionInput(committed: CommittedModel<M>, attributes: readonly bigint[]): CircuitInput;
  /** What the conformance circuit takes, besides the public signals. */
  conformanceInput(committed: CommittedModel<M>): CircuitInput;
  /** The members of an opening's `model` besides `family`: numbers as decimal strings. */
  encode(model: M): JsonMembers;
  /**
   * Reads them strictly: form alone.
   *
   * @throws StatementError `malformed-document`, `out-of-range`, naming the member and never a value
   */
  decode(members: JsonMembers, what: string): M;
}
