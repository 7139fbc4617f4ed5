import type { Groth16Verifier } from '@assay/groth16/verifier';
import { parseSchema, type Schema, schemaId } from '@assay/schema';
import {
  compileReasons,
  encodeReasonsSignals,
  OTHER_REASON,
  paddedReasons,
  provesReasons,
  type ReasonCode,
  reasonsCommitment,
} from '@assay/statements';
import type { ReasonsBody } from '../registration.ts';
import type { Trust } from '../trust.ts';
import { type Finding, refuse } from './finding.ts';
import type { RegisteredParts } from './logged-entries.ts';
import type { Notice, NoticeReasons } from './notice.ts';

/** What a closing's public signals say. */
export interface ClosingSignals {
  readonly circuit: string;
  readonly applicantCommitment: bigint;
  /** Undefined for a person's decision. */
  readonly modelCommitment: bigint | undefined;
  readonly outcomeCommitment: bigint;
  readonly reasonsCommitment: bigint;
}

/** Check `reasons`: the commitment opens to what is named, as both documents tell it. @throws VerifyError, StatementError, SchemaError */
export function checkReasons(
  { outcome, openingKey: key, reasons }: Notice,
  closing: ClosingSignals,
  { model }: RegisteredParts,
): Finding {
  const slots = reasons?.named.map(({ slot }) => slot) ?? [];
  if (reasonsCommitment(outcome, paddedReasons(slots), key) !== closing.reasonsCommitment)
    refuse('the logged reasons are others than the notice names');
  if (reasons === undefined) return { finding: 'the logged decision names no reasons', value: undefined };
  const told = toldBy(reasons, model?.reasons);
  for (const { slot, attribute, label, code, text } of reasons.named) {
    const known = told.schema.bySlot.get(slot);
    const said = told.codeOf(slot);
    if (known?.name !== attribute || known.label !== label) refuse(`reason ${attribute} is not what its slot holds`);
    if (said.code !== code || said.text !== text) refuse(`reason ${attribute} is told by another code than registered`);
  }
  const names = reasons.named.map(({ attribute }) => attribute).join(', ') || 'none';
  return {
    finding: `the logged reasons are: ${names}${told.registered ? '' : ' (as the bank names them)'}`,
    value: undefined,
  };
}

interface Told {
  readonly schema: Schema;
  readonly codeOf: (slot: number) => ReasonCode;
  /** Whether a registration says which schema names the slots. */
  readonly registered: boolean;
}

function toldBy({ schema: document }: NoticeReasons, rules: ReasonsBody | undefined): Told {
  const schema = parseSchema(document);
  if (rules === undefined) return { schema, codeOf: () => OTHER_REASON, registered: false };
  if (schemaId(document) !== rules.schemaId) refuse('the schema is not the one that the model is registered for');
  return { schema, codeOf: compileReasons(rules.document, schema).codeOf, registered: true };
}

const DECLARED: Readonly<Record<Exclude<NoticeReasons['basis'], 'score'>, string>> = {
  policy: 'these attributes do not meet the eligibility policy: the bank says so, no proof is given',
  officer: 'the person who decided named these: no proof can show it',
  declared: 'the bank says so, no proof is given',
};

/** Check `reasons-proof`, where the score gave the reasons. @throws VerifyError, StatementError, SchemaError */
export function checkReasonsProof(
  { reasons }: Notice,
  { circuit: decision, applicantCommitment, modelCommitment, outcomeCommitment, reasonsCommitment }: ClosingSignals,
  { model }: RegisteredParts,
  trust: Trust,
  verifier: Groth16Verifier,
): Finding {
  if (reasons === undefined) return { finding: 'an approval needs no reasons', made: false, value: undefined };
  if (reasons.basis !== 'score') return { finding: DECLARED[reasons.basis], made: false, value: undefined };
  const { circuit, proof } = reasons.proof!;
  const pinned = trust.verificationKeys.get(circuit);
  if (pinned === undefined || !provesReasons(circuit, decision))
    refuse('the proof of the reasons is by a circuit that is not trusted for this decision');
  if (modelCommitment === undefined || model?.reasons === undefined)
    refuse('no baseline is registered that the reasons could be measured against');
  const schema = parseSchema(reasons.schema);
  const { baselineHash } = compileReasons(model.reasons.document, schema);
  const signals = { applicantCommitment, modelCommitment, baselineHash, outcomeCommitment, reasonsCommitment };
  const publicSignals = encodeReasonsSignals(signals);
  const verdict = verifier.verifyBytes({ key: pinned.key, publicSignals, proof });
  if (!verdict.ok) refuse(`the proof of the reasons is refused: ${verdict.reason}`);
  const finding = 'these attributes cost the score most against the registered baseline, in this order';
  return { finding, made: true, value: undefined };
}
