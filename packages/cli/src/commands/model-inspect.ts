import {
  type AgreementReport,
  agreementReport,
  type LoweredModel,
  lowerOnnx,
  ModelError,
  randomApplicants,
} from '@assay/model';
import { CliError } from '../cli-error.ts';
import { type Command, readOptions } from '../command.ts';
import { readInput } from '../files.ts';
import { type CircuitSize, circuitsOf } from './model-inspect-circuits.ts';
import { type Registration, readRegistration } from './model-inspect-registration.ts';
import { inspectionLines } from './model-inspect-text.ts';

/** Random applicants that are run through both evaluations unless `--rows` says otherwise. */
const ROWS = 10_000;
const MOST_ROWS = 10_000_000;
/** The same applicants at every call. */
const SEED = 1n;

/** What `assay model inspect` found out about a file that lowers. */
export interface Inspection {
  readonly file: string;
  readonly bytes: number;
  readonly registration: Registration;
  readonly model: LoweredModel;
  readonly circuits: readonly CircuitSize[];
  readonly agreement: AgreementReport;
}

/** `assay model inspect`: what an ONNX file lowers to, or why it does not. */
export const modelInspectCommand: Command = {
  usage: 'FILE [--registration FILE] [--schema FILE] [--rows N] [--json]',
  summary: 'show what an ONNX file lowers to (family, size, constraints, band, attributes read), or why it does not',
  async run(args, { print }) {
    const { positionals, values, flags } = readOptions(args, ['registration', 'schema', 'rows'], ['json']);
    const [path, ...rest] = positionals;
    if (path === undefined || rest.length > 0) throw new CliError('USAGE', 'model inspect takes one file');
    const rows = readRows(values.rows);
    const bytes = await readInput(path);
    const registration = await readRegistration(path, values.registration, values.schema);
    const show = (value: object) => print(JSON.stringify(value, undefined, 2));
    try {
      const inspection = await inspect(path, bytes, registration, rows);
      if (flags.has('json')) show(describe(inspection));
      else for (const line of inspectionLines(inspection)) print(line);
      if (inspection.agreement.disagreementsOutsideBand + inspection.agreement.labelDisagreements > 0)
        throw new CliError('CHECK_FAILED', 'the exact model and onnxruntime decide differently outside the band');
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      if (flags.has('json'))
        show({ file: path, lowers: false, code: error.code, ...error.place, reason: error.message });
      throw new CliError('CHECK_FAILED', `${path} does not lower (${error.code}): ${error.message}`, { cause: error });
    }
  },
};

function readRows(text: string | undefined): number {
  if (text === undefined) return ROWS;
  const rows = Number(text);
  if (!/^[0-9]{1,8}$/.test(text) || rows < 1 || rows > MOST_ROWS)
    throw new CliError('USAGE', `--rows is a number from 1 to ${MOST_ROWS}`);
  return rows;
}

async function inspect(path: string, bytes: Uint8Array, registration: Registration, rows: number): Promise<Inspection> {
  const { options } = registration;
  const model = lowerOnnx(bytes, options);
  const applicants = randomApplicants(options.schema, rows, SEED);
  return {
    file: path,
    bytes: bytes.length,
    registration,
    model,
    circuits: await circuitsOf(model),
    agreement: await agreementReport(bytes, options, applicants),
  };
}

/** The same for programs. Weights, thresholds and leaves are not part of it. */
function describe({ file, bytes, registration, model, circuits, agreement }: Inspection): object {
  const { size, scale, ...report } = model.report;
  const { approveLabel, cutoff } = registration.options;
  return {
    file,
    lowers: true,
    bytes,
    schema: registration.options.schema.document.name,
    approveLabel,
    cutoff,
    ...size,
    ...report,
    scale,
    circuits: Object.fromEntries(circuits.map(({ name, constraints }) => [name, constraints])),
    agreement,
  };
}
