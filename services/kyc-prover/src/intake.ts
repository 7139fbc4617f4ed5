import type { gateway } from '@assay/contracts';
import { FieldError, fr, randomFr, scalar, stringId } from '@assay/field';
import { attestMask, encodeAttributes, type Schema, SchemaError } from '@assay/schema';
import {
  applicantCommitment,
  type Credential,
  checkSignatures,
  type EligibilityClaim,
  eligibilityClaim,
  type Role,
  StatementError,
  type StatementErrorCode,
  type TrustTrees,
} from '@assay/statements';
import { bankOfScope } from '@assay/verify';
import type { InForce } from './in-force.ts';
import type { ApplicationOpening } from './opening.ts';

/** Why an application cannot be admitted, as the contract names it. */
export type RefusalReason =
  | 'CREDENTIAL_INVALID'
  | 'CREDENTIAL_NOT_IN_FORCE'
  | 'CREDENTIAL_REVOKED'
  | 'ISSUER_NOT_TRUSTED'
  | 'NOTHING_IN_FORCE';

/** An application for which no intake can be proved; trying again changes nothing. */
export class IntakeRefusal extends Error {
  override readonly name = 'IntakeRefusal';
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, options?: ErrorOptions) {
    super('no intake can be proved', options);
    this.reason = reason;
  }
}

const REFUSALS: Partial<Record<StatementErrorCode, RefusalReason>> = {
  'issuer-not-trusted': 'ISSUER_NOT_TRUSTED',
  'not-in-force': 'CREDENTIAL_NOT_IN_FORCE',
  revoked: 'CREDENTIAL_REVOKED',
};

/**
 * Reads a bank's request against the schema in force and draws the salt that hides it.
 *
 * @throws IntakeRefusal
 */
export function openIntake(
  request: gateway.SubmitApplicationRequest,
  { schema }: InForce,
): { opening: ApplicationOpening; commitment: bigint } {
  return refusing(() => {
    const { identityCredential: identity, financialCredential: financial } = request;
    if (identity === undefined || financial === undefined) throw new IntakeRefusal('CREDENTIAL_INVALID');
    const values = new Map<string, string>();
    for (const { name, value } of [...request.declared, ...identity.attributes, ...financial.attributes]) {
      if (values.has(name) && values.get(name) !== value) throw new IntakeRefusal('CREDENTIAL_INVALID');
      values.set(name, value);
    }
    const attributes = encodeAttributes(schema, values);
    const audience = stringId(bankOfScope(request.scope));
    const read = (credential: gateway.Credential, role: Role): Credential =>
      readCredential(credential, role, { schema, attributes, audience });
    const credentials = { identity: read(identity, 'identity'), financial: read(financial, 'financial') };
    const { subject } = credentials.identity;
    const applicant = { schemaId: schema.id, attributes, subject, salt: randomFr() };
    return {
      opening: { applicant, credentials, ordinal: request.ordinal },
      commitment: applicantCommitment(applicant),
    };
  });
}

/** The claim of an application's intake, today. @throws IntakeRefusal */
export function intakeClaim(
  { applicant, credentials, ordinal }: ApplicationOpening,
  scope: string,
  { policy }: InForce,
  trust: TrustTrees,
): EligibilityClaim {
  return refusing(() =>
    eligibilityClaim({
      applicant,
      credentials,
      policy,
      trust,
      audience: stringId(bankOfScope(scope)),
      scope: stringId(scope),
      ordinal,
      asOf: Math.floor(Date.now() / 86_400_000),
    }),
  );
}

/** Says what is wrong with an opening whose claim the circuit refused, if its credentials are not as they were signed. @throws IntakeRefusal */
export function checkCredentials({ credentials }: ApplicationOpening): void {
  refusing(() => checkSignatures(credentials));
}

function readCredential(
  credential: gateway.Credential,
  role: Role,
  { schema, attributes, audience }: { schema: Schema; attributes: readonly bigint[]; audience: bigint },
): Credential {
  const { issuerKey, signature } = credential;
  if (issuerKey === undefined || signature === undefined) throw new IntakeRefusal('CREDENTIAL_INVALID');
  // An issuer attests all slots of its role: a value that is left out is attested as missing.
  const mask = attestMask(schema, role);
  if (credential.attributes.some(({ name }) => (bitOf(schema, name) & mask) === 0n)) {
    throw new IntakeRefusal('CREDENTIAL_INVALID');
  }
  return {
    schemaId: BigInt(credential.schemaId),
    audience,
    mask,
    attributes: attributes.map((value, slot) => ((mask >> BigInt(slot)) & 1n) * value),
    subject: fr(BigInt(credential.subject)),
    documentHash: BigInt(credential.documentHash),
    validFrom: credential.validFromDay,
    validUntil: credential.validUntilDay,
    credentialId: credential.credentialId,
    issuerKey: { x: fr(BigInt(issuerKey.x)), y: fr(BigInt(issuerKey.y)) },
    signature: {
      r8: { x: fr(BigInt(signature.r8X)), y: fr(BigInt(signature.r8Y)) },
      s: scalar(BigInt(signature.s)),
    },
  };
}

function bitOf(schema: Schema, name: string): bigint {
  const attribute = schema.byName.get(name);
  if (attribute === undefined) throw new IntakeRefusal('CREDENTIAL_INVALID');
  return 1n << BigInt(attribute.slot);
}

function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof StatementError)
      throw new IntakeRefusal(REFUSALS[cause.code] ?? 'CREDENTIAL_INVALID', { cause });
    const malformed = cause instanceof SchemaError || cause instanceof FieldError || cause instanceof SyntaxError;
    throw malformed ? new IntakeRefusal('CREDENTIAL_INVALID', { cause }) : cause;
  }
}
