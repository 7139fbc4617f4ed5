import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { stringId } from '@assay/field';
import { parseTokenFile, TokenBook } from '@assay/http';
import { parseSchema, type Schema } from '@assay/schema';
import { buildTrustTrees, eligibilityClaim } from '@assay/statements';
import { checkEnvelope, type Envelope, Ledger } from '@assay/verify';
import {
  compileRules,
  createDeployment,
  type Deployment,
  type Rules,
  ruleRegistrations,
  slotRegistration,
} from './index.ts';

const example = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../examples/applicants/${path}`, import.meta.url), 'utf8'));

let dir: string;
let schema: Schema;
let deployment: Deployment;
let rules: Rules;

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'assay-deployment-'));
  schema = parseSchema(example('schema.json'));
  deployment = await createDeployment(dir, { bank: 'acme', schemas: [schema], revokedCredentials: [7n] });
  rules = rulesOf(deployment);
});
after(() => rmSync(dir, { recursive: true }));

function rulesOf({ tableKey }: Deployment): Rules {
  return compileRules({
    scope: 'acme/loan/2026',
    schema,
    policy: {
      ...{ name: 'adults', version: '1', cel: 'age >= 18', ordinalMax: 0 },
      requireAttested: ['age', 'income'],
      requireIdentity: ['sex'],
    },
    partitions: {
      ...{ name: 'groups', version: '1' },
      partitions: [
        {
          ...{ name: 'sex', attribute: 'sex', groups: ['unknown', 'female', 'male'], unknown: 'unknown' },
          intervals: [
            { from: 'not stated', group: 'unknown' },
            { from: 'female', group: 'female' },
            { from: 'male', group: 'male' },
          ],
        },
      ],
    },
    fairnessPolicy: {
      ...{ name: 'four-fifths', version: '1', nMin: 5, tMin: 20, minCell: 3 },
      ratio: { num: 4, den: 5 },
      significance: { zNum: 4, zDen: 1, required: false },
      regulatorKey: [String(tableKey.publicKey.x), String(tableKey.publicKey.y)],
      partitions: [{ partition: 'sex', reference: 'highest', tested: ['female', 'male'] }],
    },
  });
}

const VALUES = new Map(
  Object.entries({
    ...{ age: '44', sex: 'female', residency: 'citizen', income: '41000.00', savings: '900.00' },
    ...{ debt_to_income: '0.2', employment_years: '3', employment: 'permanent', delinquencies_24m: '0' },
    ...{ loan_amount: '9000', term_months: '24', purpose: 'car', housing: 'tenant' },
  }),
);

test('secrets are readable by their owner alone, in folders of the parties', async () => {
  const { layout } = deployment;
  for (const folder of [layout.bank.dir, layout.regulator.dir, layout.issuers.dir]) {
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    const secrets = (await readdir(folder)).filter((name) => !name.includes('.public.'));
    assert.ok(secrets.length >= 3);
    for (const name of secrets) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
  }
  const publicKey = JSON.parse(readFileSync(layout.bank.kycSealingPublicKey, 'utf8')) as object;
  assert.ok(!('d' in publicKey));
});

test('made again it is the same deployment', async () => {
  const again = await createDeployment(dir, { bank: 'acme', schemas: [schema], revokedCredentials: [7n] });
  assert.deepEqual(again.bankSigner.publicKey, deployment.bankSigner.publicKey);
  assert.deepEqual(again.tableKey, deployment.tableKey);
  assert.deepEqual(again.trust, deployment.trust);
  assert.equal(again.sets.issuers.root, deployment.sets.issuers.root);
  assert.equal(again.examinerToken, deployment.examinerToken);
  assert.equal(new TokenBook(again.layout.regulator.tokens).examiner(`Bearer ${again.examinerToken}`), 'examiner');
  assert.equal((parseTokenFile(readFileSync(again.layout.regulator.tokens, 'utf8')) as readonly unknown[]).length, 1);
});

test('each party has a key of its own', () => {
  const { bankSigner, validator, regulator, issuersAuthority } = deployment;
  const keys = [bankSigner, validator, regulator, issuersAuthority].map((s) =>
    Buffer.from(s.publicKey).toString('hex'),
  );
  assert.equal(new Set(keys).size, keys.length);
});

test('the registry takes the registrations in their order, each from its authority alone', async () => {
  const ledger = new Ledger(deployment.trust);
  const envelopes = [
    ...(await ruleRegistrations(deployment, rules)),
    await slotRegistration(deployment, { scope: rules.scope, slot: 1, from: 1, to: 2 }),
  ];
  for (const [index, envelope] of envelopes.entries()) {
    assert.deepEqual(checkEnvelope(envelope, ledger, deployment.trust, 1000), { result: 'accepted' }, `${index}`);
    ledger.apply(index, entryOf(envelope, ledger.registry.head), envelope);
  }
  assert.equal(ledger.registry.scope(rules.scope)?.policyHash, rules.policy.policyHash);
  const forged = { ...deployment, regulator: deployment.validator };
  for (const envelope of (await ruleRegistrations(forged, rules)).filter((_, i) => i !== 5 && i !== 6)) {
    const judgement = checkEnvelope(envelope, ledger, deployment.trust, 1000);
    assert.deepEqual(judgement, { result: 'rejected', check: 'signature', code: 'SIGNATURE_INVALID' });
  }
});

function entryOf({ digest, bytes }: Envelope, registryHead: string) {
  return {
    kind: 'registration',
    receivedAt: 1000,
    registryHead,
    payload: { sha256: digest, size: bytes.length },
  } as const;
}

test('what the issuers sign backs an intake, a missing value included', () => {
  const { identity, financial, messages, declared } = deployment.issuerTool.issue(
    { values: VALUES, documentNumber: 'D1' },
    schema,
    'acme',
  );
  const claim = eligibilityClaim({
    applicant: { schemaId: schema.id, attributes: attributesOf(), subject: identity.subject, salt: 5n },
    credentials: { identity, financial },
    policy: rules.policy,
    trust: deployment.sets,
    audience: stringId('acme'),
    scope: stringId(rules.scope),
    ordinal: 0,
    asOf: Math.floor(Date.now() / 86_400_000),
  });
  assert.equal(claim.eligible, true);
  assert.deepEqual(
    messages.financial.attributes.find(({ name }) => name === 'no_credit_file'),
    { name: 'no_credit_file', value: '1' },
  );
  assert.ok(!messages.financial.attributes.some(({ name }) => name === 'credit_history_months'));
  assert.deepEqual(declared.map(({ name }) => name).sort(), ['housing', 'loan_amount', 'purpose', 'term_months']);

  function attributesOf(): bigint[] {
    return identity.attributes.map((x, slot) => x + financial.attributes[slot]! + declaredAt(slot));
  }
  function declaredAt(slot: number): bigint {
    const attribute = schema.bySlot.get(slot);
    const given = declared.find(({ name }) => name === attribute?.name);
    return given === undefined ? 0n : BigInt(given.value.replace('.', '')) - attribute!.minScaled;
  }
});

test('two applicants have nothing in common at one bank', () => {
  const issue = () => deployment.issuerTool.issue({ values: VALUES, documentNumber: 'D1' }, schema, 'acme');
  const [first, second] = [issue(), issue()];
  assert.notEqual(first.identity.subject, second.identity.subject);
  assert.notEqual(first.financial.credentialId, second.financial.credentialId);
});

test('the published sets lead to the registered roots', () => {
  const list = (name: string): unknown[] =>
    JSON.parse(readFileSync(join(deployment.layout.sets, name), 'utf8')) as unknown[];
  assert.deepEqual(list('revocation.json'), ['7']);
  assert.deepEqual(list('screening.json'), []);
  const { revocation } = buildTrustTrees({
    issuers: deployment.sets.issuers.issuers,
    revokedCredentials: (list('revocation.json') as string[]).map(BigInt),
    screenedDocuments: [],
  });
  assert.equal(revocation.root, deployment.sets.revocation.root);
});

test('refuses a name that is no bank, and to be without schemas', async () => {
  await assert.rejects(createDeployment(dir, { bank: 'A C', schemas: [schema] }), { code: 'OPTIONS' });
  await assert.rejects(createDeployment(dir, { bank: 'acme', schemas: [] }), { code: 'OPTIONS' });
});
