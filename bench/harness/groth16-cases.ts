import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createWitnessCalculator,
  type NativeAddon,
  readZkeyHead,
  type VerificationKey,
  type WitnessInput,
} from '@assay/groth16';
import { loadArtifacts } from '@assay/keys';
import { chainCircuit, encodeWtns, keySecrets } from '../../packages/groth16/test/chain-circuit.ts';
import { retailClaims } from '../retail.ts';

/** A key and a witness to prove. */
export interface ProvingCase {
  readonly name: string;
  readonly domainSize: number;
  readonly wires: number;
  readonly zkey: string;
  readonly wtns: string;
  readonly verificationKey: VerificationKey;
  readonly publicSignals: readonly bigint[];
}

/** A statement's witness calculator and graph, with an input. */
export interface WitnessCase {
  readonly name: string;
  readonly input: WitnessInput;
  readonly wasm: Uint8Array;
  readonly wasmSha256: string;
  /** `undefined` where the calculator has none. */
  readonly graph: Uint8Array | undefined;
}

/** All cases, and the folder that they need meanwhile. */
export interface Cases extends AsyncDisposable {
  readonly proving: readonly ProvingCase[];
  readonly witness: readonly WitnessCase[];
}

const CHAIN_ROWS = 2 ** 16;
const WIRE_BYTES = 32;

/** The demo's statements, and where there is native code to make its key, a chain of products that fills a domain of 2^16. */
export async function prepareCases(addon: NativeAddon | undefined): Promise<Cases> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-groth16-bench-'));
  const artifacts = await loadArtifacts();
  const proving: ProvingCase[] = [];
  const witness: WitnessCase[] = [];
  for (const [name, input] of retailClaims()) {
    const files = artifacts[name];
    if (files === undefined) throw new Error(`there is no key for ${name}: run the setup`);
    const wasm = await readFile(files.wasm);
    const graph = files.witnessGraph === undefined ? undefined : await readFile(files.witnessGraph);
    witness.push({ name, input, wasm, wasmSha256: files.wasmSha256, graph });
    const wtns = (await createWitnessCalculator(wasm)).wtns(input);
    proving.push(await caseOf(folder, name, files.zkey, wtns));
  }
  if (addon !== undefined) proving.push(await chainCase(folder, addon));
  return { proving, witness, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

async function chainCase(folder: string, addon: NativeAddon): Promise<ProvingCase> {
  const chain = chainCircuit(CHAIN_ROWS);
  const zkey = join(folder, 'chain.zkey');
  await writeFile(zkey, await addon.computeProvingKey(chain.r1cs, keySecrets(), new Uint8Array(), { threads: 2 }));
  return caseOf(folder, 'products, 2^16', zkey, encodeWtns(chain.witness));
}

async function caseOf(folder: string, name: string, zkey: string, wtns: Uint8Array): Promise<ProvingCase> {
  const path = join(folder, `${name.replace(/\W+/g, '-')}.wtns`);
  await writeFile(path, wtns);
  const { wireCount, domainSize, publicCount, verificationKey } = readZkeyHead(await readFile(zkey));
  const values = wtns.subarray(wtns.length - WIRE_BYTES * wireCount);
  const publicSignals = Array.from({ length: publicCount }, (_, i) => {
    const bytes = values.slice(WIRE_BYTES * (i + 1), WIRE_BYTES * (i + 2)).reverse();
    return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  });
  return { name, domainSize, wires: wireCount, zkey, wtns: path, verificationKey, publicSignals };
}
