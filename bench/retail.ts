import { readFileSync } from 'node:fs';
import { B8, eddsaPublicKey, fr, pointMultiply, randomFr, randomScalar, stringId } from '@assay/field';
import { type AdditiveModel, lowerAdditive, loweringOptions, lowerOnnx, parseRegistration } from '@assay/model';
import { compilePolicy } from '@assay/policy';
import { attestMask, encodeAttributes, parseSchema, protectedMask } from '@assay/schema';
import {
  attributeCosts,
  buildTrustTrees,
  type CircuitInput,
  type ClosingOpening,
  type CommittedModel,
  compileFairnessPolicy,
  compilePartitions,
  compileReasons,
  conformanceClaim,
  decisionClaim,
  eligibilityClaim,
  FAMILIES,
  type FairnessPolicy,
  fairnessClaim,
  type Issuer,
  issueCredential,
  manualDecisionClaim,
  type ReasonsDocument,
  type Role,
  reasonsClaim,
  sumClosings,
  topReasons,
} from '@assay/statements';
import { demoApplicants } from '../examples/applicants/demo.ts';

// The demo's loan, model and first applicant: what is measured is what a bank would prove.

const read = (path: string): Buffer => readFileSync(new URL(`../examples/${path}`, import.meta.url));
const json = (path: string): unknown => JSON.parse(read(path).toString());

const TODAY = 20_000;
const BANK = 'bench-bank';
const SECRETS: Readonly<Record<Role, Uint8Array>> = {
  identity: new Uint8Array(32).fill(1),
  financial: new Uint8Array(32).fill(2),
};

const schema = parseSchema(json('applicants/schema.json'));
const partitions = compilePartitions(json('applicants/partitions.json') as never, schema);
const registration = parseRegistration(json('models/retail-sklearn.json'));
const model: CommittedModel<AdditiveModel> = {
  model: lowerAdditive(read('models/retail-sklearn.onnx'), loweringOptions(registration, schema)),
  modelSalt: randomFr(),
};

/** Four fifths over the example's partitions, without a test of significance. */
export function retailFairnessPolicy(): FairnessPolicy {
  const key = pointMultiply(B8, randomScalar());
  return compileFairnessPolicy(
    {
      name: 'bench',
      version: '1',
      ratio: { num: 4, den: 5 },
      significance: { zNum: 384, zDen: 100, required: false },
      nMin: 5,
      tMin: 1,
      minCell: 5,
      regulatorKey: [String(key.x), String(key.y)],
      partitions: partitions.document.partitions.map(({ name, groups, unknown }) => ({
        partition: name,
        reference: 'highest',
        tested: groups.filter((group) => group !== unknown),
      })),
    },
    partitions,
  );
}

/** Inputs of every circuit, by circuit. */
export function retailClaims(): ReadonlyMap<string, CircuitInput> {
  const opening = closingOpening();
  const decision = decisionClaim(opening, model);
  const officer = { approve: true, officerId: stringId('officer'), officerSalt: randomFr() };
  const claims = [
    eligibility(opening),
    conformanceClaim(model, protectedMask(schema)),
    decision,
    manualDecisionClaim(opening, officer),
    fairnessClaim(
      retailFairnessPolicy(),
      sumClosings(decision.tally === undefined ? [] : [decision.tally]),
      randomScalar(),
    ),
    reasons(opening),
  ];
  return new Map(claims.map(({ circuit, input }) => [circuit, input]));
}

function reasons({ applicant }: ClosingOpening) {
  const { baseline } = compileReasons(json('applicants/reasons.json') as ReasonsDocument, schema);
  const slots = topReasons(attributeCosts(model.model, applicant.attributes, baseline));
  return reasonsClaim({ applicant, baseline, reasons: slots }, model);
}

/** The example's model of each family, by the family's name. */
const MODELS: Readonly<Record<string, string>> = {
  additive: 'retail-sklearn',
  'trees-32x4': 'retail-histgb',
  'trees-100x6': 'retail-xgboost',
  network: 'retail-network',
};

/** A decision on the same applicant by the example's model of each family, the smallest circuit first. */
export function familyDecisions(): ReadonlyMap<string, { readonly circuit: string; readonly input: CircuitInput }> {
  const opening = closingOpening();
  return new Map(
    FAMILIES.map(({ name }) => {
      const described = parseRegistration(json(`models/${MODELS[name]}.json`));
      const lowered = lowerOnnx(read(`models/${described.file}`), loweringOptions(described, schema));
      return [name, decisionClaim(opening, { model: lowered, modelSalt: randomFr() })];
    }),
  );
}

function closingOpening(): ClosingOpening {
  const applicant = demoApplicants(schema, model.model).find(({ ineligible }) => ineligible === undefined)!;
  return {
    applicant: {
      schemaId: schema.id,
      attributes: encodeAttributes(schema, applicant.values),
      subject: randomFr(),
      salt: randomFr(),
    },
    eligible: true,
    partitions,
    tallyKey: new Uint8Array(32).fill(3),
    tallySalt: crypto.getRandomValues(new Uint8Array(32)),
    reasons: [],
  };
}

function eligibility({ applicant }: ClosingOpening) {
  const audience = stringId(BANK);
  const documentHash = stringId('document');
  const credential = (role: Role, credentialId: bigint) =>
    issueCredential(
      {
        schema,
        role,
        audience,
        attributes: applicant.attributes,
        subject: applicant.subject,
        documentHash,
        validFrom: TODAY - 1,
        validUntil: TODAY + 90,
        credentialId,
      },
      SECRETS[role],
    );
  const policy = {
    name: 'bench',
    version: '1',
    cel: read('applicants/policy.cel').toString(),
    requireAttested: ['age', 'residency', 'delinquencies_24m'],
    requireIdentity: ['age', 'sex'],
    ordinalMax: 3,
  };
  return eligibilityClaim({
    applicant,
    credentials: { identity: credential('identity', 1n), financial: credential('financial', 2n) },
    policy: compilePolicy(policy, schema),
    trust: buildTrustTrees({
      issuers: [issuer('identity'), issuer('financial')],
      revokedCredentials: [7n, 8n],
      screenedDocuments: [stringId('another document')],
    }),
    audience,
    scope: fr(stringId(`${BANK}/retail/2026`)),
    ordinal: 0,
    asOf: TODAY,
  });
}

function issuer(role: Role): Issuer {
  return {
    publicKey: eddsaPublicKey(SECRETS[role]),
    schemaId: schema.id,
    role,
    allowedMask: attestMask(schema, role),
    validFrom: TODAY - 900,
    validUntil: TODAY + 900,
  };
}
