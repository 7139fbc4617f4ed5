import { signalNames } from '@assay/statements';
import { type Envelope, parseEnvelope, VerifyError } from '@assay/verify';
import { CliError } from '../cli-error.ts';
import { type Command, readOptions } from '../command.ts';
import { readInput } from '../files.ts';

/** `assay inspect-envelope`: what an envelope claims, in readable form. Nothing is verified. */
export const inspectEnvelopeCommand: Command = {
  usage: 'FILE',
  summary: 'print what an envelope claims, without checking that it is true',
  async run(args, { print }) {
    const { positionals } = readOptions(args, []);
    const [path, ...rest] = positionals;
    if (path === undefined || rest.length > 0) throw new CliError('USAGE', 'inspect-envelope takes one file');
    const envelope = read(await readInput(path), path);
    print(JSON.stringify(describe(envelope), undefined, 2));
  },
};

function read(bytes: Uint8Array, path: string): Envelope {
  try {
    return parseEnvelope(new Uint8Array(bytes));
  } catch (cause) {
    if (!(cause instanceof VerifyError)) throw cause;
    throw new CliError('CHECK_FAILED', `${path} is no envelope: ${cause.message}`, { cause });
  }
}

function describe({ digest, bytes, dsse, proof, predicate }: Envelope): object {
  const common = { digest, bytes: bytes.length, signedBy: dsse.keyId, verified: false };
  if (predicate.type !== 'proof') {
    const claim = Object.entries(predicate).map(([name, value]) => [
      name,
      typeof value === 'bigint' ? String(value) : value,
    ]);
    return { ...common, ...Object.fromEntries(claim) };
  }
  const { publicSignals, ...claim } = predicate;
  const names = signalNames(predicate.statement);
  const signals = publicSignals.map((signal, i) => [names[i] ?? `signal ${i}`, String(signal)]);
  return { ...common, ...claim, proofBytes: proof.length, publicSignals: Object.fromEntries(signals) };
}
