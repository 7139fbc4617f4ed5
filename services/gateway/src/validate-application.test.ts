import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { gateway } from '@assay/contracts';
import { FIELD_ORDER, SUBGROUP_ORDER } from '@assay/field';
import { RpcError } from '@assay/rpc';
import { schema, submission } from '../test/application-request.ts';
import { validateAgainstSchema, validateApplication } from './validate-application.ts';

type Request = gateway.SubmitApplicationRequest;
type Credential = gateway.Credential;

const identity = (change: Partial<Credential>): Partial<Request> => ({
  identityCredential: { ...submission().identityCredential!, ...change },
});
const financial = (change: Partial<Credential>): Partial<Request> => ({
  financialCredential: { ...submission().financialCredential!, ...change },
});
const both = (change: Partial<Credential>): Partial<Request> => ({ ...identity(change), ...financial(change) });
const attribute = (name: string, value = '1') => ({ name, value });
const SECRET = '31415926535897';

/** What is wrong, and the first field that has to be named for it. */
const WRONG: readonly [string, Partial<Request>, string][] = [
  ['a short request id', { requestId: 'short' }, 'request_id'],
  ['a request id with other characters', { requestId: 'request 0001' }, 'request_id'],
  ['a scope of another bank', { scope: 'other/loans/2025' }, 'scope'],
  ['a scope of two parts', { scope: 'acme/loans' }, 'scope'],
  ['an ordinal of 17 bits', { ordinal: 65_536 }, 'ordinal'],
  ['a declared attribute twice', { declared: [attribute('a'), attribute('a')] }, 'declared[1].name'],
  ['a declared attribute that is attested', { declared: [attribute('income')] }, 'declared[0].name'],
  ['a declared attribute without a name', { declared: [attribute('')] }, 'declared[0].name'],
  ['a declared attribute without a value', { declared: [attribute('a', '')] }, 'declared[0].value'],
  ['a value that is too long', { declared: [attribute('a', SECRET.repeat(5))] }, 'declared[0].value'],
  ['33 attributes', { declared: Array.from({ length: 33 }, (_, i) => attribute(`a${i}`)) }, 'declared'],
  ['no identity credential', { identityCredential: undefined }, 'identity_credential'],
  ['no financial credential', { financialCredential: undefined }, 'financial_credential'],
  ['a credential without attributes', identity({ attributes: [] }), 'identity_credential.attributes'],
  ['a schema id with a leading zero', both({ schemaId: `0${SECRET}` }), 'identity_credential.schema_id'],
  ['a subject beyond the field', both({ subject: String(FIELD_ORDER) }), 'identity_credential.subject'],
  ['an empty subject', both({ subject: '' }), 'identity_credential.subject'],
  ['a document hash of 249 bits', both({ documentHash: String(1n << 248n) }), 'identity_credential.document_hash'],
  ['a validity beyond 20 bits', identity({ validUntilDay: 1 << 20 }), 'identity_credential.valid_until_day'],
  ['a validity that ends before it begins', identity({ validFromDay: 20_001 }), 'identity_credential.valid_until_day'],
  ['a credential id of 0', identity({ credentialId: 0n }), 'identity_credential.credential_id'],
  ['a credential id of 65 bits', identity({ credentialId: 1n << 64n }), 'identity_credential.credential_id'],
  ['no issuer key', identity({ issuerKey: undefined }), 'identity_credential.issuer_key.x'],
  [
    'an issuer key that is no element',
    identity({ issuerKey: { x: '1', y: SECRET.padEnd(90, '9') } }),
    'identity_credential.issuer_key.y',
  ],
  ['no signature', financial({ signature: undefined }), 'financial_credential.signature.r8_x'],
  [
    'a scalar that is not reduced',
    financial({ signature: { r8X: '1', r8Y: '2', s: String(SUBGROUP_ORDER) } }),
    'financial_credential.signature.s',
  ],
  ['another subject', financial({ subject: SECRET }), 'financial_credential.subject'],
  ['another document', financial({ documentHash: SECRET }), 'financial_credential.document_hash'],
  ['another schema', financial({ schemaId: SECRET }), 'financial_credential.schema_id'],
];

function violations(validate: () => void): { fields: string[]; text: string } {
  try {
    validate();
    return { fields: [], text: '' };
  } catch (error) {
    assert(error instanceof RpcError && error.code === 'INVALID_ARGUMENT');
    const text = JSON.stringify([error.message, error.fieldViolations]);
    return { fields: error.fieldViolations.map(({ field }) => field), text };
  }
}

describe('the form of an application', () => {
  test('is accepted when it is right, at its limits too', () => {
    validateApplication(submission(), 'acme');
    const limits = { validFromDay: 20_000, validUntilDay: (1 << 20) - 1, credentialId: (1n << 64n) - 1n };
    validateApplication(submission({ ordinal: 65_535, ...both(limits) }), 'acme');
    const declared = Array.from({ length: 32 }, (_, i) => attribute(`a${i}`, '9'.repeat(64)));
    validateApplication(submission({ declared }), 'acme');
  });

  for (const [what, change, field] of WRONG) {
    test(`${what} is refused, named and not repeated`, () => {
      const { fields, text } = violations(() => validateApplication(submission(change), 'acme'));
      assert(fields.includes(field), `named: ${fields.join(', ')}`);
      assert(!text.includes(SECRET));
    });
  }

  test('everything that is wrong is named at once', () => {
    const request = submission({ requestId: '', scope: '', ordinal: 70_000 });
    assert.deepEqual(violations(() => validateApplication(request, 'acme')).fields, ['request_id', 'scope', 'ordinal']);
  });
});

describe('the attributes of an application', () => {
  const attributes = (...given: gateway.Attribute[]) => ({ attributes: given });

  test('fit the schema', () => {
    validateAgainstSchema(submission(), schema);
  });

  const wrong: readonly [string, Partial<Request>, string][] = [
    ['an unknown name', { declared: [attribute(SECRET)] }, 'declared[0].name'],
    [
      'a value beyond its maximum',
      identity(attributes(attribute('age', '121'))),
      'identity_credential.attributes[0].value',
    ],
    [
      'a value that is no number',
      identity(attributes(attribute('age', SECRET.replace('3', 'x')))),
      'identity_credential.attributes[0].value',
    ],
    [
      'too many decimals',
      financial(attributes(attribute('income', '1.001'))),
      'financial_credential.attributes[0].value',
    ],
    [
      'a code that is not listed',
      identity(attributes(attribute('sex', SECRET))),
      'identity_credential.attributes[0].value',
    ],
    ['another schema', identity({ schemaId: SECRET }), 'identity_credential.schema_id'],
  ];
  for (const [what, change, field] of wrong) {
    test(`${what} is refused, named and not repeated`, () => {
      const { fields, text } = violations(() => validateAgainstSchema(submission(change), schema));
      assert.deepEqual(fields, [field]);
      assert(!text.includes(SECRET.slice(2)));
    });
  }
});
