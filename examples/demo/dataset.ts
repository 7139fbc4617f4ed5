import { readFileSync } from 'node:fs';
import type { IssuedApplicant, RulesInput } from '@assay/deployment';
import {
  type LoweredAdditiveModel,
  type LoweringOptions,
  lowerAdditive,
  loweringOptions,
  type ModelRegistration,
  parseRegistration,
} from '@assay/model';
import { parseSchema, type Schema } from '@assay/schema';
import { compileReasons, type PartitionsDocument, type ReasonRules, type ReasonsDocument } from '@assay/statements';
import { DEMO_N_MIN, demoApplicants } from '../applicants/demo.ts';
import { readGermanCredit } from '../german/read.ts';
import { MEDICAL_LABEL, readBreastCancer } from '../medical/read.ts';
import { germanSample } from './german-sample.ts';

/** An applicant of a run. */
export interface DemoApplicant extends IssuedApplicant {
  readonly id: string;
}

/** A model file with what its bank says about it. */
export interface ModelFile {
  readonly registration: ModelRegistration;
  readonly onnx: Uint8Array;
  readonly lowering: LoweringOptions;
  readonly lowered: LoweredAdditiveModel;
}

/** What a run works on: the files of a bank and its regulator, and applicants. */
export interface Dataset {
  readonly title: string;
  readonly product: string;
  readonly schema: Schema;
  readonly model: ModelFile;
  readonly applicants: readonly DemoApplicant[];
  readonly rules: Pick<RulesInput, 'schema' | 'policy' | 'partitions'>;
  /** What reasons of a decline are measured against and told as. */
  readonly reasons: ReasonRules;
  /** Verdicts by partition where the data were made for them; otherwise they follow from the decisions alone. */
  readonly intended: Readonly<Record<string, string>> | undefined;
}

const DEFAULT_COUNT = 24;
const FILE_COUNT = 40;

/** The synthetic applicants of `examples/applicants`, fair or biased. */
export function retailDataset({ biased = false, count = DEFAULT_COUNT } = {}): Dataset {
  const schema = readSchema('applicants');
  const model = readModel('retail-sklearn', schema);
  const sex = biased ? 'FAIL' : 'PASS';
  return {
    title: biased ? 'synthetic applicants, biased against women' : 'synthetic applicants',
    product: 'retail-loan',
    schema,
    model,
    applicants: demoApplicants(schema, model.lowered, { biased, count }),
    rules: rulesOf('applicants', schema),
    reasons: readReasons('applicants', schema),
    intended: count === DEFAULT_COUNT ? { sex, age: 'PASS' } : undefined,
  };
}

/** Rows of the file at `path`: UCI German Credit, or samples of `examples/medical`, which the label's column tells apart. */
export function fileDataset(path: string, count = FILE_COUNT): Dataset {
  const csv = readFileSync(path, 'utf8');
  const [header = ''] = csv.split(/\r?\n/, 1);
  return header.split(',').includes(MEDICAL_LABEL) ? medicalDataset(csv, count) : germanDataset(csv, count);
}

/**
 * Rows spread over the breast-cancer set. It says nothing about who they are of: age group and site are dealt out by turns, so that
 * there is something to be fair about.
 */
function medicalDataset(csv: string, count: number): Dataset {
  const schema = readSchema('medical');
  const rows = readBreastCancer(csv);
  if (rows.length < count) throw new Error(`the file has too few rows for ${count} applications`);
  const applicants = Array.from({ length: count }, (_, i) => {
    const line = Math.floor((i * rows.length) / count);
    const groups: [string, string][] = [
      ['age_group', i % 2 === 0 ? 'under 50' : '50 and over'],
      ['site', i % 4 < 2 ? 'hospital' : 'practice'],
    ];
    const values = new Map([...rows[line]!.values, ...groups]);
    return { id: `row-${line + 2}`, values, documentNumber: `M${line + 2}` };
  });
  return {
    title: `${count} samples of the breast-cancer set`,
    product: 'second-reading',
    schema,
    model: readModel('medical-regression', schema),
    applicants,
    rules: rulesOf('medical', schema),
    reasons: readReasons('medical', schema),
    intended: undefined,
  };
}

function germanDataset(csv: string, count: number): Dataset {
  const schema = readSchema('german');
  const rows = germanSample(readGermanCredit(csv), count);
  return {
    title: `${rows.length} rows of German Credit`,
    product: 'german-credit',
    schema,
    model: readModel('german-sklearn', schema),
    applicants: rows.map(({ line, values }) => ({ id: `row-${line}`, values, documentNumber: `G${line}` })),
    rules: rulesOf('german', schema),
    reasons: readReasons('german', schema),
    intended: undefined,
  };
}

/** A model of `examples/models` by name. */
export function readModel(name: string, schema: Schema): ModelFile {
  const registration = parseRegistration(readJson(`models/${name}.json`));
  const onnx = Uint8Array.from(read(`models/${registration.file}`));
  const lowering = loweringOptions(registration, schema);
  return { registration, onnx, lowering, lowered: lowerAdditive(onnx, lowering) };
}

/** The fairness rule of the demo: four fifths, every group but the unknown one. */
export function fourFifths(
  partitions: PartitionsDocument,
  regulatorKey: readonly [string, string],
  tMin: number,
): RulesInput['fairnessPolicy'] {
  return {
    name: 'four-fifths',
    version: '1',
    ratio: { num: 4, den: 5 },
    // 1.96 squared; a run of this size could not show significance, so the policy does not ask for it.
    significance: { zNum: 3842, zDen: 1000, required: false },
    nMin: DEMO_N_MIN,
    tMin,
    minCell: 3,
    regulatorKey,
    partitions: partitions.partitions.map(({ name, groups, unknown }) => ({
      partition: name,
      reference: 'highest',
      tested: groups.filter((group) => group !== unknown),
    })),
  };
}

function readSchema(folder: string): Schema {
  return parseSchema(readJson(`${folder}/schema.json`));
}

function readReasons(folder: string, schema: Schema): ReasonRules {
  return compileReasons(readJson(`${folder}/reasons.json`) as ReasonsDocument, schema);
}

function rulesOf(folder: string, schema: Schema): Dataset['rules'] {
  const partitions = readJson(`${folder}/partitions.json`) as PartitionsDocument;
  const names = (attestors: readonly string[]): string[] =>
    schema.attributes.filter(({ attestedBy }) => attestors.includes(attestedBy)).map(({ name }) => name);
  const policy = {
    name: `${schema.document.name}-eligibility`,
    version: '1',
    cel: read(`${folder}/policy.cel`).toString().trim(),
    requireAttested: names(['identity', 'financial']),
    requireIdentity: partitions.partitions.map(({ attribute }) => attribute),
    ordinalMax: 3,
  };
  return { schema, policy, partitions };
}

function readJson(path: string): unknown {
  return JSON.parse(read(path).toString());
}

function read(path: string): Buffer {
  return readFileSync(new URL(`../${path}`, import.meta.url));
}
