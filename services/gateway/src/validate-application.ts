import type { gateway } from '@assay/contracts';
import { FIELD_ORDER, SUBGROUP_ORDER } from '@assay/field';
import { FieldViolations } from '@assay/rpc';
import { encodeAttribute, type Schema, SchemaError, SLOTS } from '@assay/schema';
import { bankOfScope, SCOPE_PATTERN } from '@assay/verify';

const MAX_ORDINAL = 65_535;
const MAX_DAY = (1 << 20) - 1;
const MAX_CREDENTIAL_ID = (1n << 64n) - 1n;
const MAX_VALUE_LENGTH = 64;
const DECIMAL = /^(0|[1-9][0-9]{0,76})$/;

/** Checks a request id. */
export function checkRequestId(requestId: string, violations: FieldViolations, field = 'request_id'): void {
  const holds = /^[A-Za-z0-9_-]{8,64}$/.test(requestId);
  violations.require(holds, field, 'must have 8 to 64 characters of [A-Za-z0-9_-]');
}

/** Checks that a scope is one of this bank's. */
export function checkScope(scope: string, bank: string, violations: FieldViolations, field = 'scope'): void {
  const holds = SCOPE_PATTERN.test(scope) && bankOfScope(scope) === bank;
  violations.require(holds, field, 'must be bank/product/period, of this bank, each part 1 to 40 of [a-z0-9-]');
}

/**
 * Checks the form of an application: everything that can be said without the schema.
 *
 * @throws RpcError `INVALID_ARGUMENT` that names each field, and repeats none
 */
export function validateApplication(request: gateway.SubmitApplicationRequest, bank: string): void {
  const { declared, identityCredential: identity, financialCredential: financial } = request;
  const violations = new FieldViolations();
  checkRequestId(request.requestId, violations);
  checkScope(request.scope, bank, violations);
  violations.require(request.ordinal <= MAX_ORDINAL, 'ordinal', `must be at most ${MAX_ORDINAL}`);
  checkAttributes(declared, 'declared', violations);
  checkCredential(identity, 'identity_credential', violations);
  checkCredential(financial, 'financial_credential', violations);
  if (identity !== undefined && financial !== undefined) {
    const equal = (holds: boolean, name: string): boolean =>
      violations.require(holds, `financial_credential.${name}`, 'must equal that of identity_credential');
    equal(identity.schemaId === financial.schemaId, 'schema_id');
    equal(identity.subject === financial.subject, 'subject');
    equal(identity.documentHash === financial.documentHash, 'document_hash');
    const attested = new Set([...identity.attributes, ...financial.attributes].map(({ name }) => name));
    declared.forEach(({ name }, i) => {
      violations.require(!attested.has(name), `declared[${i}].name`, 'must not be an attribute that is attested');
    });
  }
  violations.throwIfAny();
}

/**
 * Checks names and values against the schema in force.
 *
 * @throws RpcError `INVALID_ARGUMENT` that names each field and the schema's limit, and never a value
 */
export function validateAgainstSchema(request: gateway.SubmitApplicationRequest, schema: Schema): void {
  const violations = new FieldViolations();
  const lists = [
    { field: 'declared', attributes: request.declared },
    { field: 'identity_credential.attributes', attributes: request.identityCredential?.attributes ?? [] },
    { field: 'financial_credential.attributes', attributes: request.financialCredential?.attributes ?? [] },
  ];
  for (const { field, attributes } of lists) {
    for (const [i, given] of attributes.entries()) checkAgainst(schema, given, `${field}[${i}]`, violations);
  }
  for (const [field, credential] of [
    ['identity_credential', request.identityCredential],
    ['financial_credential', request.financialCredential],
  ] as const) {
    const holds = credential?.schemaId === String(schema.id);
    violations.require(holds, `${field}.schema_id`, "must be the scope's schema");
  }
  violations.throwIfAny();
}

function checkAgainst(schema: Schema, given: gateway.Attribute, field: string, violations: FieldViolations): void {
  const attribute = schema.byName.get(given.name);
  if (attribute === undefined) {
    violations.add(`${field}.name`, "must be an attribute of the scope's schema");
    return;
  }
  try {
    encodeAttribute(attribute, given.value);
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    violations.add(`${field}.value`, `must fit its attribute: ${error.message}`);
  }
}

function checkCredential(credential: gateway.Credential | undefined, field: string, violations: FieldViolations): void {
  if (credential === undefined) {
    violations.add(field, 'must be given');
    return;
  }
  const { issuerKey, signature, validFromDay, validUntilDay, credentialId } = credential;
  const element = (text: string | undefined, name: string): boolean =>
    violations.require(below(text, FIELD_ORDER), `${field}.${name}`, 'must be a field element, a canonical decimal');
  element(credential.schemaId, 'schema_id');
  violations.require(credential.attributes.length > 0, `${field}.attributes`, 'must name at least one attribute');
  checkAttributes(credential.attributes, `${field}.attributes`, violations);
  element(credential.subject, 'subject');
  const hashFits = below(credential.documentHash, 1n << 248n);
  violations.require(hashFits, `${field}.document_hash`, 'must be a canonical decimal below 2^248');
  violations.require(validFromDay <= MAX_DAY, `${field}.valid_from_day`, `must be at most ${MAX_DAY}`);
  const ends = validUntilDay <= MAX_DAY && validUntilDay >= validFromDay;
  violations.require(ends, `${field}.valid_until_day`, `must be at least valid_from_day and at most ${MAX_DAY}`);
  const numbered = credentialId >= 1n && credentialId <= MAX_CREDENTIAL_ID;
  violations.require(numbered, `${field}.credential_id`, 'must be from 1 to 2^64 - 1');
  element(issuerKey?.x, 'issuer_key.x');
  element(issuerKey?.y, 'issuer_key.y');
  element(signature?.r8X, 'signature.r8_x');
  element(signature?.r8Y, 'signature.r8_y');
  const scalar = below(signature?.s, SUBGROUP_ORDER);
  violations.require(scalar, `${field}.signature.s`, "must be a canonical decimal below the subgroup's order");
}

function checkAttributes(attributes: readonly gateway.Attribute[], field: string, violations: FieldViolations): void {
  violations.require(attributes.length <= SLOTS, field, `must have at most ${SLOTS} attributes`);
  const seen = new Set<string>();
  attributes.slice(0, SLOTS).forEach(({ name, value }, i) => {
    const named = /^[\x21-\x7e]{1,64}$/.test(name);
    violations.require(named, `${field}[${i}].name`, 'must have 1 to 64 printable characters');
    violations.require(!seen.has(name), `${field}[${i}].name`, 'must be named once');
    const fits = value.length >= 1 && value.length <= MAX_VALUE_LENGTH;
    violations.require(fits, `${field}[${i}].value`, `must have 1 to ${MAX_VALUE_LENGTH} characters`);
    seen.add(name);
  });
}

function below(text: string | undefined, limit: bigint): boolean {
  return text !== undefined && DECIMAL.test(text) && BigInt(text) < limit;
}
