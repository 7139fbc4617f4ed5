import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import {
  formatVerificationKey,
  loadNativeAddon,
  parseR1cs,
  type R1csHead,
  readR1csHead,
  verificationKeyHash,
} from '@assay/groth16';
import { type ArtifactPaths, INDEX_NAME } from './artifact-index.ts';
import { deriveGraph, type GraphProgress } from './derive-graph.ts';
import { domainPower } from './domain.ts';
import { KeysError } from './error.ts';
import { FixedBasePool } from './fixed-base-pool.ts';
import { inspectZkey } from './inspect-zkey.ts';
import type { Manifest, ManifestEntry } from './manifest.ts';
import { computeNativeKey, type NativeKeyInput } from './native-key.ts';
import { computeProvingKey, pointCount } from './proving-key.ts';
import { DEVELOPMENT_CONSTANT, developmentSecrets } from './toxic-waste.ts';

/** Told how the derivation of keys and graphs goes: of one statement one after the other, of several at once. */
export interface DeriveProgress extends GraphProgress {
  /** A key is computed, of so many points. */
  started(statement: string, points: number): void;
  /** So many more of the key's points are done. */
  advanced(statement: string, points: number): void;
  finished(statement: string): void;
}

/** What {@link deriveKeys} works on. */
export interface DeriveOptions {
  /** For each statement the folder with its `NAME.r1cs`, `NAME.wasm` and `NAME.sym`. */
  readonly circuits: Readonly<Record<string, string>>;
  /** Folder for the keys and their index. */
  readonly out: string;
  /** What has to come out; with `update`, only what need not be derived again. */
  readonly manifest: Manifest;
  /** Whether the result replaces the manifest's entries instead of being compared with them. */
  readonly update: boolean;
  /** The statements whose keys are for those alone who ask for them; none by default. */
  readonly onDemand?: readonly string[];
  readonly progress: DeriveProgress;
  /** Computes on these threads, not natively. */
  readonly pool?: FixedBasePool;
}

interface Circuit {
  readonly name: string;
  readonly folder: string;
  /** The `.r1cs` file. */
  readonly r1cs: Uint8Array;
  readonly head: R1csHead;
  readonly r1csSha256: string;
  /** The witness calculator. */
  readonly wasm: Uint8Array;
  readonly wasmSha256: string;
}

/**
 * Derives the development keys and witness graphs that are missing, checks every file against the manifest, and writes the index by which
 * `loadArtifacts` finds them.
 *
 * @returns the manifest, with `update` the new one; the caller writes it
 * @throws KeysError `ARTIFACT_MISSING`, or `ARTIFACT_MISMATCH` naming every file that differs
 */
export async function deriveKeys(options: DeriveOptions): Promise<Manifest> {
  const { manifest, out, update } = options;
  const circuits = await Promise.all(
    Object.entries(options.circuits).map(([name, folder]) => readCircuit(name, folder)),
  );
  if (!update)
    requireSame(circuits.flatMap((circuit) => circuitDifferences(circuit, manifest.statements[circuit.name])));
  await using computer = new KeyComputer(options.pool);
  const derived = await inTurns(circuits, (circuit) => deriveStatement(circuit, computer, options));
  const statements = { ...manifest.statements };
  const index: Record<string, ArtifactPaths> = {};
  for (const [i, { name }] of circuits.entries()) {
    const { entry, paths } = derived[i]!;
    statements[name] = entry;
    index[name] = paths;
  }
  await mkdir(out, { recursive: true });
  await replaceFile(join(out, INDEX_NAME), `${JSON.stringify(index, undefined, 2)}\n`);
  return { class: 'development', constant: DEVELOPMENT_CONSTANT, statements };
}

/** Puts the key and the graph of one statement in their place. */
async function deriveStatement(
  circuit: Circuit,
  computer: KeyComputer,
  options: DeriveOptions,
): Promise<{ readonly entry: ManifestEntry; readonly paths: ArtifactPaths }> {
  const { manifest, out, update } = options;
  const { name, folder } = circuit;
  const keyFolder = join(out, `${name}-${circuit.r1csSha256.slice(0, 16)}`);
  const zkeyPath = join(keyFolder, `${name}.zkey`);
  const vkeyPath = join(keyFolder, `${name}.vkey.json`);
  const pinned = manifest.statements[name];
  const zkey = (await readPinned(zkeyPath, pinned?.zkey)) ?? (await deriveKey(circuit, computer, options.progress));
  const { verificationKey } = inspectZkey(zkey, 'development');
  const graphPath = join(keyFolder, `${name}.graph`);
  const graph = await graphOf(circuit, graphPath, options);
  const entry: ManifestEntry = {
    r1cs: circuit.r1csSha256,
    wasm: circuit.wasmSha256,
    ...(graph === undefined ? {} : { witnessGraph: sha256(graph) }),
    zkey: sha256(zkey),
    verificationKey: Buffer.from(verificationKeyHash(verificationKey)).toString('hex'),
    constraints: circuit.head.constraintCount,
    publicSignals: circuit.head.publicOutputs + circuit.head.publicInputs,
    ...(options.onDemand?.includes(name) && { onDemand: true }),
  };
  if (!update) requireSame(keyDifferences(name, entry, pinned!));
  await mkdir(keyFolder, { recursive: true });
  if (entry.zkey !== (await hashOf(zkeyPath))) await replaceFile(zkeyPath, zkey);
  if (graph !== undefined && entry.witnessGraph !== (await hashOf(graphPath))) await replaceFile(graphPath, graph);
  await replaceFile(vkeyPath, `${JSON.stringify(formatVerificationKey(verificationKey), undefined, 1)}\n`);
  const paths: ArtifactPaths = {
    r1cs: relative(out, join(folder, `${name}.r1cs`)),
    wasm: relative(out, join(folder, `${name}.wasm`)),
    ...(graph === undefined ? {} : { witnessGraph: relative(out, graphPath) }),
    sym: relative(out, join(folder, `${name}.sym`)),
    zkey: relative(out, zkeyPath),
    verificationKey: relative(out, vkeyPath),
  };
  return { entry, paths };
}

/**
 * Maps in order of `circuits`, the largest first and two at a time where there are two processors: extracting a graph takes one,
 * and gigabytes for the largest. After a failure nothing more is begun, and it is thrown when what runs has ended.
 */
async function inTurns<T>(circuits: readonly Circuit[], work: (circuit: Circuit) => Promise<T>): Promise<T[]> {
  const results = new Array<T>(circuits.length);
  const queue = [...circuits.entries()].sort(([, a], [, b]) => b.wasm.length - a.wasm.length).values();
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (const [i, circuit] of queue) {
      try {
        results[i] = await work(circuit);
      } catch (error) {
        failures.push(error);
      }
      if (failures.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
}

/**
 * Computes keys natively where there is native code, and otherwise, or when the caller gives threads, with WebAssembly: on
 * the caller's threads, or on one for each processor, which start with the first key and end with this object.
 */
class KeyComputer {
  readonly #given: FixedBasePool | undefined;
  #own: Promise<FixedBasePool> | undefined;

  constructor(given: FixedBasePool | undefined) {
    this.#given = given;
  }

  async compute(input: NativeKeyInput): Promise<Uint8Array> {
    const addon = this.#given === undefined ? loadNativeAddon() : undefined;
    if (addon !== undefined) return computeNativeKey(addon, input);
    return computeProvingKey({ ...input, r1cs: parseR1cs(input.r1cs), pool: this.#given ?? (await this.#start()) });
  }

  #start(): Promise<FixedBasePool> {
    this.#own ??= FixedBasePool.start(availableParallelism());
    return this.#own;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#own)?.close();
  }
}

async function readCircuit(name: string, folder: string): Promise<Circuit> {
  const [r1cs, wasm] = await Promise.all(
    ['r1cs', 'wasm'].map((kind) =>
      readFile(join(folder, `${name}.${kind}`)).catch((cause: unknown) => {
        throw new KeysError('ARTIFACT_MISSING', `the circuit ${name} has no ${kind} file`, { cause });
      }),
    ),
  );
  const head = readR1csHead(r1cs!);
  return { name, folder, r1cs: r1cs!, head, r1csSha256: sha256(r1cs!), wasm: wasm!, wasmSha256: sha256(wasm!) };
}

async function deriveKey(circuit: Circuit, computer: KeyComputer, progress: DeriveProgress): Promise<Uint8Array> {
  const { name, r1cs, head, r1csSha256 } = circuit;
  progress.started(name, pointCount(head));
  const power = domainPower(head.constraintCount, head.publicOutputs + head.publicInputs);
  const key = await computer.compute({
    r1cs,
    waste: developmentSecrets(name, r1csSha256, power),
    circuitHash: new TextEncoder().encode(DEVELOPMENT_CONSTANT),
    onPoints: (count) => progress.advanced(name, count),
  });
  progress.finished(name);
  return key;
}

/** The graph that the manifest names, if it names one; with `update`, what comes out now. */
async function graphOf(
  { name, wasm }: Circuit,
  path: string,
  { manifest, update, progress }: DeriveOptions,
): Promise<Uint8Array | undefined> {
  if (update) return deriveGraph(name, wasm, progress);
  const pinned = manifest.statements[name]!.witnessGraph;
  return pinned === undefined ? undefined : ((await readPinned(path, pinned)) ?? deriveGraph(name, wasm, progress));
}

/** The file, if it is there with the hash that the manifest names: a damaged or older one is derived again. */
async function readPinned(path: string, sha256Hex: string | undefined): Promise<Uint8Array | undefined> {
  if (sha256Hex === undefined || (await hashOf(path)) !== sha256Hex) return undefined;
  return readFile(path);
}

async function hashOf(path: string): Promise<string | undefined> {
  try {
    return sha256(await readFile(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function circuitDifferences(circuit: Circuit, entry: ManifestEntry | undefined): string[] {
  if (entry === undefined) return [`${circuit.name} is not in the manifest`];
  return [
    ...difference(circuit.name, 'r1cs', circuit.r1csSha256, entry.r1cs),
    ...difference(circuit.name, 'wasm', circuit.wasmSha256, entry.wasm),
  ];
}

function keyDifferences(name: string, entry: ManifestEntry, pinned: ManifestEntry): string[] {
  const names = ['witnessGraph', 'zkey', 'verificationKey', 'constraints', 'publicSignals'] as const;
  return names.flatMap((what) => difference(name, what, entry[what], pinned[what]));
}

type Pinned = string | number | undefined;

function difference(name: string, what: string, found: Pinned, pinned: Pinned): string[] {
  return found === pinned ? [] : [`${name}: ${what} is ${found}, the manifest says ${pinned}`];
}

function requireSame(differences: readonly string[]): void {
  if (differences.length === 0) return;
  throw new KeysError(
    'ARTIFACT_MISMATCH',
    `circuits or keys are not those of the manifest:\n  ${differences.join('\n  ')}`,
  );
}

/** Readers see the old file or the new one, never a part. */
async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, content);
  await rename(temporary, path);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
