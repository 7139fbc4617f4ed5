import { type Fr, fr, IndexedTree, type MerklePath } from '@assay/field';
import { type CompiledPolicy, evaluateCompiled, policySignals, SET_CLAUSES, SET_DEPTH } from '@assay/policy';
import type { CircuitInput, Claim } from './circuit-input.ts';
import {
  type ApplicantOpening,
  applicantCommitment,
  credentialNullifier,
  eligibilityCommitment,
  nullifier,
} from './commitments.ts';
import { type Credential, checkRanges } from './credential.ts';
import { StatementError } from './error.ts';
import type { Issuer, Role } from './issuer.ts';
import type { SignalsOf } from './statement.ts';
import type { TrustTrees } from './trust-lists.ts';

/** What an intake is made from. Applicant and credentials are secret. */
export interface EligibilityOpening {
  readonly applicant: ApplicantOpening;
  readonly credentials: Readonly<Record<Role, Credential>>;
  readonly policy: CompiledPolicy;
  readonly trust: TrustTrees;
  /** `stringId` of the bank. */
  readonly audience: Fr;
  /** `stringId` of bank, product and period. */
  readonly scope: Fr;
  /** Which application of this person in this scope it is, from 0. */
  readonly ordinal: number;
  /** Day of the intake since 1970-01-01. */
  readonly asOf: number;
}

/** An intake's claim, with the bit that it commits to. */
export interface EligibilityClaim extends Claim<SignalsOf<'eligibility'>> {
  readonly eligible: boolean;
}

const ROLE_ORDER: readonly Role[] = ['identity', 'financial'];
const UNUSED_SET = new IndexedTree(SET_DEPTH, []);

/**
 * The claim that credentials back an applicant, and that the committed bit is the policy's value. The bit follows from
 * the attributes and the screening list: nobody gives it. Signatures are left to the circuit, which refuses the witness where one is
 * missing: {@link checkSignatures} then says which.
 *
 * @throws StatementError where no proof exists: `credential-mismatch`, `out-of-range`, `issuer-not-trusted`, `not-in-force`, `revoked`,
 * `not-attested`, `ordinal-exceeded`, naming the credential or field
 */
export function eligibilityClaim(opening: EligibilityOpening): EligibilityClaim {
  const { applicant, credentials, policy, trust } = opening;
  const backings = ROLE_ORDER.map((role) => backing(opening, role));
  const { documentHash } = credentials.identity;
  if (credentials.financial.documentHash !== documentHash) {
    throw new StatementError('credential-mismatch', 'financial.documentHash', 'not the identity credential’s');
  }
  checkPolicy(opening);

  const screening = trust.screening.lookup(documentHash);
  const eligible = evaluateCompiled(policy, applicant.attributes) && !screening.present;
  const { subject, salt } = applicant;
  const signals = {
    applicantCommitment: applicantCommitment(applicant),
    eligibilityCommitment: eligibilityCommitment(eligible, subject, salt),
    nullifier: nullifier(subject, opening.scope, BigInt(opening.ordinal)),
    credentialNullifier: credentialNullifier(credentials.financial.credentialId, subject),
    scope: opening.scope,
    audience: opening.audience,
    ordinal: fr(BigInt(opening.ordinal)),
    policyHash: policy.policyHash,
    issuerRoot: trust.issuers.root,
    revocationRoot: trust.revocation.root,
    screeningRoot: trust.screening.root,
    asOf: fr(BigInt(opening.asOf)),
  };
  const input = {
    schemaId: applicant.schemaId,
    attributes: applicant.attributes,
    subject,
    salt,
    documentHash,
    ...credentialInput(backings),
    screeningValue: screening.leaf.value,
    screeningNext: screening.leaf.next,
    screeningChildren: childrenOf(screening.path),
    ...policySignals(policy),
    ...setInput(policy, applicant.attributes),
    ...signals,
  };
  return { circuit: 'eligibility', input, signals, eligible };
}

/** A credential with what shows that it may be trusted. */
interface Backing {
  readonly credential: Credential;
  readonly issuer: Issuer;
  readonly issuerPath: MerklePath;
  readonly revocation: ReturnType<IndexedTree['lookup']>;
}

function backing({ applicant, credentials, trust, audience, asOf }: EligibilityOpening, role: Role): Backing {
  const credential = credentials[role];
  const belongs =
    credential.schemaId === applicant.schemaId &&
    credential.audience === audience &&
    credential.subject === applicant.subject &&
    applicant.attributes.every((x, slot) => !covers(credential.mask, slot) || credential.attributes[slot] === x);
  if (!belongs) {
    throw new StatementError('credential-mismatch', role, 'of another schema, bank, subject or other attributes');
  }
  checkRanges(credential);
  const trusted = trust.issuers
    .find(credential.issuerKey, role, applicant.schemaId)
    .filter(({ issuer }) => (credential.mask & ~issuer.allowedMask) === 0n);
  if (trusted.length === 0) {
    throw new StatementError('issuer-not-trusted', role, 'its issuer may not attest these slots of this schema');
  }
  const inForce = trusted.find(({ issuer }) => isInForce(issuer, asOf));
  if (inForce === undefined || !isInForce(credential, asOf)) {
    throw new StatementError('not-in-force', role, 'it or its issuer is not in force on the day of the intake');
  }
  const revocation = trust.revocation.lookup(credential.credentialId);
  if (revocation.present) throw new StatementError('revoked', role, 'revoked');
  return { credential, issuer: inForce.issuer, issuerPath: inForce.path, revocation };
}

function isInForce(period: { readonly validFrom: number; readonly validUntil: number }, asOf: number): boolean {
  return period.validFrom <= asOf && asOf <= period.validUntil;
}

function checkPolicy({ policy, applicant, credentials, ordinal }: EligibilityOpening): void {
  if (policy.schemaId !== applicant.schemaId) {
    throw new StatementError('credential-mismatch', 'policy', 'a policy of another schema');
  }
  const attested = credentials.identity.mask | credentials.financial.mask;
  if ((policy.attestedMask & ~attested) !== 0n || (policy.identityMask & ~credentials.identity.mask) !== 0n) {
    throw new StatementError('not-attested', 'policy', 'wants slots attested that the credentials do not attest');
  }
  if (!Number.isInteger(ordinal) || ordinal < 0 || ordinal > policy.ordinalMax) {
    throw new StatementError('ordinal-exceeded', 'ordinal', `the policy permits at most ${policy.ordinalMax}`);
  }
}

/** Both paths to one root share its children, which are given once. */
function credentialInput(backings: readonly Backing[]): CircuitInput {
  const credentials = backings.map(({ credential }) => credential);
  const issuers = backings.map(({ issuer }) => issuer);
  const issuerPaths = backings.map(({ issuerPath }) => childrenOf(issuerPath));
  const revocations = backings.map(({ revocation }) => revocation);
  const revocationPaths = revocations.map(({ path }) => childrenOf(path));
  return {
    mask: credentials.map(({ mask }) => mask),
    validFrom: credentials.map(({ validFrom }) => BigInt(validFrom)),
    validUntil: credentials.map(({ validUntil }) => BigInt(validUntil)),
    credentialId: credentials.map(({ credentialId }) => credentialId),
    issuerKey: credentials.map(({ issuerKey }) => [issuerKey.x, issuerKey.y]),
    signatureR8: credentials.map(({ signature }) => [signature.r8.x, signature.r8.y]),
    signatureS: credentials.map(({ signature }) => signature.s),
    allowedMask: issuers.map(({ allowedMask }) => allowedMask),
    issuerValidFrom: issuers.map(({ validFrom }) => BigInt(validFrom)),
    issuerValidUntil: issuers.map(({ validUntil }) => BigInt(validUntil)),
    issuerChildren: issuerPaths.map((levels) => levels[0]!),
    issuerTop: issuerPaths[0]!.at(-1)!,
    revocationValue: revocations.map(({ leaf }) => leaf.value),
    revocationNext: revocations.map(({ leaf }) => leaf.next),
    revocationChildren: revocationPaths.map((levels) => levels.slice(0, -1)),
    revocationTop: revocationPaths[0]!.at(-1)!,
  };
}

/** An unused set clause shows the only leaf of an empty set: the circuit checks its form, and compares no root. */
function setInput({ sets }: CompiledPolicy, attributes: readonly bigint[]): CircuitInput {
  const lookups = Array.from({ length: SET_CLAUSES }, (_, k) => {
    const set = sets[k];
    return (set?.tree ?? UNUSED_SET).lookup(attributes[set?.slot ?? 0]! + 1n);
  });
  return {
    setValue: lookups.map(({ leaf }) => leaf.value),
    setNext: lookups.map(({ leaf }) => leaf.next),
    setChildren: lookups.map(({ path }) => childrenOf(path)),
  };
}

function childrenOf(path: MerklePath): readonly (readonly bigint[])[] {
  return path.map(({ children }) => children);
}

function covers(mask: bigint, slot: number): boolean {
  return ((mask >> BigInt(slot)) & 1n) === 1n;
}
