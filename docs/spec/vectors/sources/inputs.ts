import { B8, eddsaPublicKey, type Fr, fr, pointMultiply, stringId } from '@assay/field';
import {
  type AdditiveModel,
  bandConstant,
  GAMMA_MIN,
  HIDDEN,
  type NetworkModel,
  STEPS,
  type Step,
  type TreeModel,
  treeGammaMin,
} from '@assay/model';
import { compilePolicy, type PolicyDocument } from '@assay/policy';
import { attestMask, parseSchema, type SchemaDocument, SLOTS } from '@assay/schema';
import {
  type ApplicantOpening,
  buildTrustTrees,
  type CommittedModel,
  compileFairnessPolicy,
  compilePartitions,
  compileReasons,
  type FairnessPolicyDocument,
  type Issuer,
  issueCredential,
  type PartitionsDocument,
  type ReasonsDocument,
  type Role,
  type TrustLists,
} from '@assay/statements';

// Everything that the vectors are made of, fixed. None of it is a secret of anybody.

export const BANK = 'vector-bank';
export const SCOPE = 'vector-bank/loans/2026';
/** 2026-06-01. */
export const TODAY = 20_605;
export const SECRETS: Readonly<Record<Role, Uint8Array>> = {
  identity: new Uint8Array(32).fill(0x11),
  financial: new Uint8Array(32).fill(0x22),
};
export const TALLY_KEY = new Uint8Array(32).fill(0x33);
export const TALLY_SALT = new Uint8Array(32).fill(0x44);
export const REGULATOR_SCALAR = 1_234_567_890_123_456_789n;
export const EPHEMERAL_SCALAR = 987_654_321_098_765_432_109_876_543_210n;
export const DOCUMENT_HASH = stringId('document X1234567');

export const SCHEMA_DOCUMENT: SchemaDocument = {
  name: 'vector-loan',
  version: '1',
  slots: [
    {
      slot: 0,
      name: 'birth',
      kind: 'date',
      min: '1900-01-01',
      max: '2020-12-31',
      protected: true,
      attestedBy: 'identity',
    },
    {
      slot: 1,
      name: 'region',
      kind: 'code',
      codes: [
        { code: 1, label: 'north' },
        { code: 2, label: 'south' },
        { code: 9, label: 'elsewhere' },
      ],
      protected: false,
      attestedBy: 'identity',
    },
    {
      slot: 7,
      name: 'income',
      kind: 'amount',
      digits: 2,
      min: '-1000',
      max: '1000000',
      protected: false,
      attestedBy: 'financial',
    },
    {
      slot: 8,
      name: 'late',
      kind: 'count',
      min: '0',
      max: '99',
      missingFlag: 'no_file',
      protected: false,
      attestedBy: 'financial',
    },
    { slot: 9, name: 'no_file', kind: 'flag', protected: false, attestedBy: 'financial' },
    { slot: 31, name: 'term', kind: 'count', min: '1', max: '480', protected: false, attestedBy: 'self' },
  ],
};

export const POLICY_DOCUMENT: PolicyDocument = {
  name: 'vector-policy',
  version: '1',
  cel: '(income >= 1500000 && income - 2000 * term > 0 || late <= 2) && region in [1, 2] && !(term in odd)',
  sets: { odd: [1, 3, 5] },
  requireAttested: ['income', 'late'],
  requireIdentity: ['birth', 'region'],
  ordinalMax: 3,
};

export const PARTITIONS_DOCUMENT: PartitionsDocument = {
  name: 'vector-groups',
  version: '1',
  partitions: [
    {
      name: 'age',
      attribute: 'birth',
      groups: ['unknown', 'older', 'younger'],
      intervals: [
        { from: '1900-01-01', group: 'older' },
        { from: '1990-01-01', group: 'younger' },
      ],
      unknown: 'unknown',
    },
    {
      name: 'region',
      attribute: 'region',
      groups: ['unknown', 'north', 'other'],
      intervals: [
        { from: '1', group: 'north' },
        { from: '2', group: 'other' },
      ],
      unknown: 'unknown',
    },
  ],
};

const regulatorKey = pointMultiply(B8, REGULATOR_SCALAR);

export const FAIRNESS_DOCUMENT: FairnessPolicyDocument = {
  name: 'vector-fairness',
  version: '1',
  ratio: { num: 4, den: 5 },
  significance: { zNum: 384, zDen: 100, required: true },
  nMin: 30,
  tMin: 60,
  minCell: 5,
  regulatorKey: [String(regulatorKey.x), String(regulatorKey.y)],
  partitions: [
    { partition: 'age', reference: 'highest', tested: ['older', 'younger'] },
    { partition: 'region', reference: 'north', tested: ['north', 'other'] },
  ],
};

export const schema = parseSchema(SCHEMA_DOCUMENT);
export const policy = compilePolicy(POLICY_DOCUMENT, schema);
export const partitions = compilePartitions(PARTITIONS_DOCUMENT, schema);
export const fairnessPolicy = compileFairnessPolicy(FAIRNESS_DOCUMENT, partitions);

/** Raw values of one applicant, as the schema's encoding takes them. */
export const RAW_VALUES: ReadonlyMap<string, string> = new Map([
  ['birth', '1985-03-14'],
  ['region', 'south'],
  ['income', '41250.75'],
  ['late', '1'],
  ['term', '24'],
]);

export function applicantOf(attributes: readonly bigint[]): ApplicantOpening {
  return { schemaId: schema.id, attributes, subject: stringId('a subject'), salt: stringId('a salt') };
}

/** An additive model in small integers, its band constant as conformance demands it. */
export const model: CommittedModel<AdditiveModel> = { model: additiveModel(), modelSalt: stringId('a model salt') };

function additiveModel(): AdditiveModel {
  const steps: Step[] = Array.from({ length: STEPS }, () => ({ u: 0n, slot: 0, threshold: 0n }));
  steps[0] = { u: -40_000n, slot: 1, threshold: 2n };
  steps[31] = { u: 7n, slot: 8, threshold: 1n };
  const weights = new Array<bigint>(SLOTS).fill(0n).with(7, 3n).with(8, -500_000n).with(31, -1000n);
  const parameters = {
    family: 'additive' as const,
    schemaId: schema.id,
    weights,
    steps,
    bias: -12_000_000n,
    cutoff: 250n,
    gammaNum: GAMMA_MIN + 1n,
    magnitudes: new Array<bigint>(SLOTS).fill(0n).with(7, 100_000n),
    extra: 12_345n,
    readMask: (1n << 1n) | (1n << 7n) | (1n << 8n) | (1n << 31n),
  };
  return { ...parameters, b0: bandConstant(parameters) };
}

/** A model of 32 trees in small integers: tests on slots 1, 7, 8 and 31, leaves of either sign. */
export const treeModel: CommittedModel<TreeModel> = {
  model: {
    family: 'trees',
    schemaId: schema.id,
    shape: { trees: 32, depth: 4 },
    trees: Array.from({ length: 32 }, (_, t) => ({
      nodes: Array.from({ length: 15 }, (_, i) => ({
        slot: [1, 7, 8, 31][(t + i) % 4]!,
        threshold: BigInt((t * 1_000_003 + i * 70_001) % 5_000_000),
      })),
      leaves: Array.from({ length: 16 }, (_, i) => BigInt(((t * 37 + i * 101) % 4001) - 2000)),
    })),
    bias: -1500n,
    cutoff: 250n,
    gammaNum: treeGammaMin({ trees: 32, depth: 4 }),
    extra: 12_345n,
    readMask: (1n << 1n) | (1n << 7n) | (1n << 8n) | (1n << 31n),
  },
  modelSalt: stringId("a tree model's salt"),
};

/** A network of three and two neurons over slots 7 and 8; what it does not use is zero. */
export const network: CommittedModel<NetworkModel> = {
  model: networkModel(),
  modelSalt: stringId('another model salt'),
};

function networkModel(): NetworkModel {
  const zeros = (length: number) => new Array<bigint>(length).fill(0n);
  const layer = (neurons: number, inputs: number, rows: readonly (readonly bigint[])[], biases: readonly bigint[]) => ({
    weights: Array.from({ length: neurons }, (_, k) => rows[k] ?? zeros(inputs)),
    biases: Array.from({ length: neurons }, (_, k) => biases[k] ?? 0n),
  });
  const [unit, slots] = [1n << 20n, zeros(SLOTS)];
  return {
    family: 'network',
    schemaId: schema.id,
    first: layer(
      HIDDEN[0],
      SLOTS,
      [slots.with(7, 5n * unit), slots.with(7, -3n * unit).with(8, 1n << 50n), slots.with(8, -(1n << 49n))],
      [-(1n << 40n), 1n << 52n, 7n],
    ),
    second: layer(
      HIDDEN[1],
      HIDDEN[0],
      [zeros(HIDDEN[0]).with(0, 2_000_000n).with(1, -1_000_000n), zeros(HIDDEN[0]).with(1, 4_000_000n).with(2, 3n)],
      [11n, -(1n << 44n)],
    ),
    outputWeights: zeros(HIDDEN[1]).with(0, 900_000_000n).with(1, -800_000_000n),
    outputBias: -(1n << 70n),
    cutoff: 1n << 60n,
    slotNorms: slots.with(7, 5n * unit).with(8, 1n << 50n),
    biasNorm: 1n << 52n,
    growth: [(1n << 59n) - 1n, 1n << 80n, 1n << 59n],
    free: 1n << 112n,
    readMask: (1n << 7n) | (1n << 8n),
  };
}

export const ISSUERS: readonly Issuer[] = (['identity', 'financial'] as const).map((role) => ({
  publicKey: eddsaPublicKey(SECRETS[role]),
  schemaId: schema.id,
  role,
  allowedMask: attestMask(schema, role),
  validFrom: TODAY - 365,
  validUntil: TODAY + 365,
}));

export const TRUST_LISTS: TrustLists = {
  issuers: ISSUERS,
  revokedCredentials: [5n, 900n, (1n << 64n) - 1n],
  screenedDocuments: [DOCUMENT_HASH - 1n, DOCUMENT_HASH + 1n],
};

export const trust = buildTrustTrees(TRUST_LISTS);

export function credentialOf(role: Role, { attributes, subject }: ApplicantOpening) {
  const credentialId = role === 'identity' ? 77n : 1_000n;
  const [validFrom, validUntil] = [TODAY - 10, TODAY + 80];
  const content = { attributes, subject, documentHash: DOCUMENT_HASH, validFrom, validUntil, credentialId };
  return issueCredential({ schema, role, audience: stringId(BANK), ...content }, SECRETS[role]);
}

export const scopeElement: Fr = fr(stringId(SCOPE));

export const REASONS_DOCUMENT: ReasonsDocument = {
  name: 'vector-reasons',
  version: '1',
  baseline: { region: 'north', income: '2500.00', late: '0', term: '12' },
  codes: [
    { code: '1', attributes: ['income', 'term'] },
    { code: 'B3', text: 'Payments that were late', attributes: ['late', 'no_file'] },
  ],
};
export const reasonRules = compileReasons(REASONS_DOCUMENT, schema);
