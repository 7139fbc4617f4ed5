import type { VerifierClient, verifier } from '@assay/client';
import type { ReasonRules } from '@assay/statements';
import { type Envelope, parseRegistration, type RegistrationKind, type Signer, sealEnvelope } from '@assay/verify';
import type { Deployment } from './deployment.ts';
import type { Rules } from './rules.ts';

/** A registration's body: JSON, elements as decimal strings. */
export type RegistrationBody = Readonly<Record<string, unknown>>;

/**
 * Signs a registration as the authority `signer`.
 *
 * @throws VerifyError `malformed` when the body is not one of its kind
 */
export async function signRegistration(
  kind: RegistrationKind,
  body: RegistrationBody,
  signer: Signer,
): Promise<Envelope> {
  parseRegistration(kind, body);
  return await sealEnvelope({ type: 'registration', kind, body }, new Uint8Array(), signer);
}

/** Everything that has to be registered before a model is: each one may refer to those before it. */
export async function ruleRegistrations(deployment: Deployment, rules: Rules): Promise<Envelope[]> {
  const { bank, bankSigner, regulator, issuersAuthority, sets } = deployment;
  const { schema, policy, partitions, fairnessPolicy } = rules;
  const schemaId = String(schema.id);
  const base64 = Buffer.from(bankSigner.publicKey).toString('base64');
  const { issuers, revocation, screening } = sets;
  const signed: readonly [RegistrationKind, RegistrationBody, Signer][] = [
    ['bank-key', { bank, publicKey: base64 }, regulator],
    ['schema', { document: schema.document }, regulator],
    ['policy', { schemaId, document: policy.document, policyHash: String(policy.policyHash) }, regulator],
    ['partitions', { schemaId, document: partitions.document, partitionsHash: String(partitions.hash) }, regulator],
    [
      'fairness-policy',
      {
        partitionsHash: String(partitions.hash),
        document: fairnessPolicy.document,
        fairnessPolicyHash: String(fairnessPolicy.hash),
      },
      regulator,
    ],
    ['issuer-root', { root: String(issuers.root), schemaId }, issuersAuthority],
    ['revocation-root', { root: String(revocation.root) }, issuersAuthority],
    ['screening-root', { root: String(screening.root) }, regulator],
    [
      'scope',
      {
        scope: rules.scope,
        schemaId,
        policyHash: String(policy.policyHash),
        partitionsHash: String(partitions.hash),
        fairnessPolicyHash: String(fairnessPolicy.hash),
        prohibitedMask: rules.prohibitedMask,
        ...rules.limits,
      },
      regulator,
    ],
  ];
  return await Promise.all(signed.map(([kind, body, signer]) => signRegistration(kind, body, signer)));
}

/** A model with its archived conformance statement. */
export interface ConformingModel {
  readonly scope: string;
  readonly name: string;
  readonly version: string;
  /** Field element as a decimal string. */
  readonly modelCommitment: string;
  /** Hex digest of the conformance statement's envelope. */
  readonly conformance: string;
  /** What reasons of its declines are measured against and told as. */
  readonly reasons?: ReasonRules;
}

/** The validator's word that this model decides in the scope from now on. */
export function modelRegistration(
  { bank, validator }: Deployment,
  { reasons, ...model }: ConformingModel,
): Promise<Envelope> {
  const told = reasons && {
    schemaId: String(reasons.schemaId),
    document: reasons.document,
    baselineHash: String(reasons.baselineHash),
  };
  return signRegistration('model', { bank, ...model, ...(told && { reasons: told }) }, validator);
}

/** A period of a scope, milliseconds since 1970, `from` included and `to` not. */
export interface Slot {
  readonly scope: string;
  readonly slot: number;
  readonly from: number;
  readonly to: number;
}

/** The regulator's period of a scope. */
export function slotRegistration({ regulator }: Deployment, slot: Slot): Promise<Envelope> {
  return signRegistration('slot', { ...slot }, regulator);
}

/** Submits registrations one after the other. @throws RpcError of the first that is refused */
export async function submitRegistrations(
  client: VerifierClient,
  envelopes: readonly Envelope[],
): Promise<verifier.Registration[]> {
  const registered: verifier.Registration[] = [];
  for (const { bytes } of envelopes) registered.push(await client.submitRegistration(bytes));
  return registered;
}
