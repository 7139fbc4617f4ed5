import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { archiveSubject, type Bus, connectBus, newEvent } from '@assay/bus';
import { operation as operations, prover, type statement, verifier, window as windows } from '@assay/contracts';
import { B8, fr, type Point, pointMultiply, randomFr, SUBGROUP_ORDER } from '@assay/field';
import {
  type AdditiveModel,
  bandConstant,
  GAMMA_MIN,
  loweringOptions,
  lowerOnnx,
  type NetworkModel,
  parseRegistration,
  type TreeModel,
  treeGammaMin,
} from '@assay/model';
import { createClient, type Handlers, RpcError, RpcServer, serve } from '@assay/rpc';
import { parseSchema } from '@assay/schema';
import { generateSealingKey, publicSealingKey, type SealingKey, seal } from '@assay/seal';
import {
  type CommittedModel,
  compileFairnessPolicy,
  compilePartitions,
  encodeModelOpening,
  encodeTallyOpening,
  type FairnessPolicyDocument,
  modelCommitment,
  openingTally,
  type PartitionsDocument,
  sumClosings,
  type TallyOpening,
} from '@assay/statements';
import { createLogger } from '@assay/telemetry';
import { startNatsServer, type TestNats } from '@assay/testkit';
import { parseEnvelope, type Signer, sealEnvelope } from '@assay/verify';
import { ed25519 } from '@noble/curves/ed25519.js';
import { type FairnessProver, startFairnessProver } from '../src/fairness-prover.ts';
import { WitnessEngine } from './witness-engine.ts';

export const BANK = 'acme';
export const SCOPE = 'acme/loans/2025';
const EXAMPLES = new URL('../../../examples/applicants/', import.meta.url);
const example = (name: string): unknown => JSON.parse(readFileSync(new URL(name, EXAMPLES), 'utf8'));

export const schema = parseSchema(example('schema.json') as Parameters<typeof parseSchema>[0]);
const partitions = compilePartitions(example('partitions.json') as PartitionsDocument, schema);
const regulatorKey: Point = pointMultiply(B8, 987_654_321n);
const fairnessDocument: FairnessPolicyDocument = {
  name: 'four fifths',
  version: '1',
  ratio: { num: 4, den: 5 },
  significance: { zNum: 4, zDen: 1, required: false },
  nMin: 2,
  tMin: 1,
  minCell: 2,
  regulatorKey: [String(regulatorKey.x), String(regulatorKey.y)],
  partitions: [
    { partition: 'sex', reference: 'highest', tested: ['female', 'male'] },
    { partition: 'age', reference: 'highest', tested: ['under-40', '40-and-over'] },
  ],
};
export const fairnessPolicy = compileFairnessPolicy(fairnessDocument, partitions);

/** Slots 0 and 1 are prohibited in the scope. */
export const PROHIBITED_MASK = 0b11;
/** A weight that is found again wherever it appears. */
export const CANARY_WEIGHT = 918_273_645_546_372_819n;

/** A model that reads slots 6 and 8, and whatever else is given. */
export function model(change: Partial<AdditiveModel> = {}): CommittedModel<AdditiveModel> {
  const weights = new Array<bigint>(32).fill(0n);
  weights[6] = CANARY_WEIGHT;
  weights[8] = -77n;
  const given: Omit<AdditiveModel, 'b0'> = {
    family: 'additive',
    schemaId: schema.id,
    weights,
    steps: new Array(32).fill({ u: 0n, slot: 0, threshold: 0n }),
    bias: 5n,
    cutoff: 12n,
    gammaNum: GAMMA_MIN,
    magnitudes: new Array<bigint>(32).fill(0n),
    extra: 1n,
    readMask: 0b1_0100_0000n,
    ...change,
  };
  return { model: { b0: bandConstant(given), ...given }, modelSalt: randomFr() };
}

/** The largest model that there is, with long numbers: 100 trees of depth 6 that read slots 6 and 8. */
export function largestModel(): CommittedModel<TreeModel> {
  const shape = { trees: 100, depth: 6 };
  const trees = Array.from({ length: shape.trees }, (_, t) => ({
    nodes: Array.from({ length: 63 }, (_, i) => ({ slot: 6 + 2 * (i % 2), threshold: 2n ** 40n - BigInt(t + i) - 1n })),
    leaves: Array.from({ length: 64 }, (_, i) => BigInt(t * 64 + i) - 2n ** 62n),
  }));
  const model: TreeModel = {
    ...{ family: 'trees', schemaId: schema.id, shape, trees, bias: 5n, cutoff: 12n },
    ...{ gammaNum: treeGammaMin(shape), extra: 1n, readMask: 0b1_0100_0000n },
  };
  return { model, modelSalt: randomFr() };
}

/** The network of the examples. */
export function network(): CommittedModel<NetworkModel> {
  const models = new URL('../models/', EXAMPLES);
  const registration = parseRegistration(JSON.parse(readFileSync(new URL('retail-network.json', models), 'utf8')));
  const { report: _, ...model } = lowerOnnx(
    readFileSync(new URL(registration.file, models)),
    loweringOptions(registration, schema),
  );
  if (model.family !== 'network') throw new Error('the example is not a network');
  return { model, modelSalt: randomFr() };
}

/** Six closings: by sex 3 and 3, by age 4 and 2. */
export function windowSums(): TallyOpening {
  const groups = [
    [1, 1, 0, 0],
    [1, 1, 0, 0],
    [1, 2, 0, 0],
    [2, 1, 0, 0],
    [2, 1, 0, 0],
    [2, 2, 0, 0],
  ];
  const blinding = (): bigint => BigInt(`0x${randomBytes(40).toString('hex')}`) % SUBGROUP_ORDER;
  return sumClosings(groups.map((of, i) => ({ groups: of, approved: i !== 0, blinding: blinding() })));
}

/** The verifier's end, as far as this prover sees it. */
export class FakeVerifier {
  registrations: verifier.Registration[] = [];
  window: verifier.Window | undefined;
  /** Digests that the archive has, hex. */
  readonly archived = new Map<string, statement.StatementReference>();
  available = true;
  /** Leaf indices at which the registry was read. */
  readonly readAt: (bigint | undefined)[] = [];
  readonly #server: RpcServer;

  constructor() {
    const refuse = async (): Promise<never> => {
      throw new RpcError('UNIMPLEMENTED', 'not served in this test');
    };
    const answer = <T>(value: T | undefined): T => {
      if (!this.available) throw new RpcError('UNAVAILABLE', 'away');
      if (value === undefined) throw new RpcError('NOT_FOUND', 'no such thing');
      return value;
    };
    const all = <S>(service: object) =>
      Object.fromEntries(Object.keys(service).map((name) => [name, refuse])) as unknown as S;
    const archive: Handlers<typeof verifier.VerifierServiceService> = {
      ...all<Handlers<typeof verifier.VerifierServiceService>>(verifier.VerifierServiceService),
      getWindow: async () => ({ window: answer(this.window) }),
      getStatement: async ({ name }) => {
        const digest = name?.$case === 'digest' ? Buffer.from(name.value).toString('hex') : '';
        const reference = answer(this.archived.get(digest));
        return verifier.GetStatementResponse.fromPartial({ statement: { reference } });
      },
      listClosings: async () => ({
        closings: answer([verifier.Closing.fromPartial({ applicantCommitment: '5', intakeIndex: 17n })]),
        nextPageToken: '',
      }),
    };
    const registry: Handlers<typeof verifier.RegistryServiceService> = {
      ...all<Handlers<typeof verifier.RegistryServiceService>>(verifier.RegistryServiceService),
      getInForce: async ({ scope, atIndex }) => {
        this.readAt.push(atIndex);
        const registrations = answer(scope === SCOPE ? this.registrations : undefined);
        return { registrations, registryHead: new Uint8Array(32), atIndex: 0n };
      },
    };
    this.#server = new RpcServer({
      services: [serve(verifier.VerifierServiceService, archive), serve(verifier.RegistryServiceService, registry)],
      security: { kind: 'insecure-loopback' },
    });
  }

  async listen(): Promise<string> {
    this.registrations = await registered();
    const { host, port } = await this.#server.listen('127.0.0.1:0');
    return `${host}:${port}`;
  }

  /** A window that is ready and has this tally. */
  setWindow(opening: TallyOpening, change: Partial<verifier.Window> = {}): void {
    const { x, y } = openingTally(opening);
    const total = BigInt(opening.sizes[0]!.reduce((sum, size) => sum + size, 0));
    const tally = { x: String(x), y: String(y) };
    this.window = verifier.Window.fromPartial({
      scope: SCOPE,
      number: 3,
      state: windows.WindowState.READY,
      totals: { intakes: total + 1n, closed: total + 1n, open: 0n, referred: 0n, manual: 0n, withdrawn: 1n },
      tally,
      manualTally: { x: '0', y: '1' },
      ...change,
    });
  }

  close(): Promise<unknown> {
    return this.#server.drain(0);
  }
}

/** What is registered for the scope. */
async function registered(): Promise<verifier.Registration[]> {
  const { signer } = signerOf();
  const limits = {
    withdrawalCeilingPermille: 100,
    referralCeilingPermille: 200,
    closingDeadlineSeconds: 100,
    rootGraceSeconds: 100,
  };
  const schemaId = String(schema.id);
  const partitionsHash = String(partitions.hash);
  const fairnessPolicyHash = String(fairnessPolicy.hash);
  const hashes = { schemaId, partitionsHash, fairnessPolicyHash, policyHash: '7' };
  const bodies = [
    ['schema', { document: schema.document }],
    ['partitions', { schemaId, document: partitions.document, partitionsHash }],
    ['fairness-policy', { partitionsHash, document: fairnessDocument, fairnessPolicyHash }],
    ['scope', { scope: SCOPE, ...hashes, prohibitedMask: PROHIBITED_MASK, ...limits }],
  ] as const;
  return await Promise.all(
    bodies.map(async ([kind, body]) => {
      const envelope = await sealEnvelope({ type: 'registration', kind, body }, new Uint8Array(), signer);
      return verifier.Registration.fromPartial({ envelope: envelope.bytes });
    }),
  );
}

function signerOf(): { signer: Signer } {
  const seed = randomBytes(32);
  return {
    signer: { publicKey: ed25519.getPublicKey(seed), sign: async (message) => ed25519.sign(message, seed) },
  };
}

/** A prover with all that it needs, on a real bus. */
export class Rig {
  readonly dir = mkdtempSync(join(tmpdir(), 'assay-fairness-'));
  readonly verifier: FakeVerifier;
  readonly engine = new WitnessEngine();
  readonly logLines: string[] = [];
  readonly nats: TestNats;
  readonly bus: Bus;
  readonly sealingKey: SealingKey;
  readonly signer: Signer;
  readonly #verifierAddress: string;
  #prover: FairnessProver | undefined;
  #client: ReturnType<typeof connect> | undefined;

  private constructor(
    nats: TestNats,
    bus: Bus,
    sealingKey: SealingKey,
    signer: Signer,
    verifier: FakeVerifier,
    verifierAddress: string,
  ) {
    this.verifier = verifier;
    this.nats = nats;
    this.bus = bus;
    this.sealingKey = sealingKey;
    this.signer = signer;
    this.#verifierAddress = verifierAddress;
  }

  static async start(t: TestContext, queueLimit = 8): Promise<Rig> {
    const nats = await startNatsServer();
    const bus = await connectBus({ servers: [nats.url], name: 'test', monitorUrls: [nats.monitorUrl] });
    await bus.ensureStreams(BANK);
    const { signer } = signerOf();
    const verifier = new FakeVerifier();
    const rig = new Rig(nats, bus, await generateSealingKey(), signer, verifier, await verifier.listen());
    t.after(async () => {
      await rig.stop();
      await bus.close();
      await rig.verifier.close();
      await nats.close();
      rmSync(rig.dir, { recursive: true });
    });
    await rig.startProver(queueLimit);
    return rig;
  }

  /** Starts the prover, anew after `stop`. */
  async startProver(
    queueLimit = 8,
    circuits = ['conformance-additive', 'conformance-network', 'conformance-trees', 'fairness'],
  ): Promise<void> {
    const { nats, engine, sealingKey, signer } = this;
    const security = { kind: 'insecure-loopback' } as const;
    const write = (line: string): void => void this.logLines.push(line);
    const config = {
      dir: this.dir,
      listen: '127.0.0.1:0',
      security: { server: security, client: security },
      bus: { servers: [nats.url], monitorUrls: [nats.monitorUrl], requireSyncAlways: true },
      bank: BANK,
      verifier: this.#verifierAddress,
      sealingKeyFile: '',
      envelopeKeyFile: '',
      proving: { workers: 1, queueLimit, keyMemoryMiB: 0 },
      allowDevelopmentKeys: true,
    };
    // The engine loads its own files; of the artefacts only the keys' hashes are read.
    const pinned = { verificationKeyHash: 'ab'.repeat(32) };
    const keys = Object.fromEntries(circuits.map((circuit) => [circuit, pinned]));
    const logger = createLogger('fairness-prover', { level: 'debug', write });
    this.#prover = await startFairnessProver(config, { engine, keys, sealingKey, signer, logger });
    this.#client = connect(this.#prover.address);
  }

  /** What is sealed to this prover is sealed to. */
  get publicKey() {
    return publicSealingKey(this.sealingKey);
  }

  get call() {
    return this.#client!.call;
  }

  async stop(): Promise<void> {
    this.#client?.close();
    const prover = this.#prover;
    this.#prover = undefined;
    await prover?.drain();
  }

  async conformance(committed: CommittedModel, change: Partial<prover.ProveConformanceRequest> = {}) {
    return prover.ProveConformanceRequest.fromPartial({
      requestId: 'request-1',
      modelCommitment: String(modelCommitment(committed)),
      scope: SCOPE,
      modelName: 'consumer',
      modelVersion: '1.0',
      sealedInputs: await seal(encodeModelOpening(committed), 'conformance', this.publicKey),
      ...change,
    });
  }

  async fairness(opening: TallyOpening, change: Partial<prover.ProveFairnessRequest> = {}) {
    const sums = encodeTallyOpening({ scope: SCOPE, number: 3, manualOnly: false, opening });
    return prover.ProveFairnessRequest.fromPartial({
      requestId: 'request-2',
      scope: SCOPE,
      number: 3,
      manualOnly: false,
      sealedSums: await seal(sums, 'window-sums', this.publicKey),
      ...change,
    });
  }

  /** Waits until an operation satisfies a condition. */
  async until(
    operationId: string,
    holds: (operation: prover.Operation) => boolean,
    timeoutMs = 20_000,
  ): Promise<prover.Operation> {
    const end = performance.now() + timeoutMs;
    for (;;) {
      const { operation } = await this.call.getOperation({ operationId });
      if (operation !== undefined && holds(operation)) return operation;
      if (performance.now() > end)
        throw new Error(`the operation did not come so far: ${JSON.stringify(operation?.status)}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Waits until an operation is finished. */
  finished(operationId: string): Promise<prover.Operation> {
    return this.until(operationId, ({ status }) => status?.state !== operations.OperationState.RUNNING);
  }

  /** The next envelopes that were published, with their tables. */
  async published(
    count: number,
  ): Promise<{ envelope: ReturnType<typeof parseEnvelope>; table: Uint8Array | undefined }[]> {
    const found: { envelope: ReturnType<typeof parseEnvelope>; table: Uint8Array | undefined }[] = [];
    const stop = new AbortController();
    for await (const { event } of this.bus.readStream({ bank: BANK, stream: 'PROOFS', signal: stop.signal })) {
      const data = JSON.parse(new TextDecoder().decode(event!.data)) as { envelope: string; table?: string };
      const envelope = parseEnvelope(Uint8Array.from(Buffer.from(data.envelope, 'base64')));
      found.push({ envelope, table: data.table === undefined ? undefined : Buffer.from(data.table, 'base64') });
      if (found.length === count) break;
    }
    stop.abort();
    return found;
  }

  /** Says on the bus what became of an envelope. */
  async announce(digest: string, result: 'accepted' | 'rejected', rest: object = {}): Promise<void> {
    const data = { v: 1, result, digest, index: 40, bank: BANK, receivedAt: new Date().toISOString(), ...rest };
    await this.bus.publish(
      newEvent({
        id: `${digest}:${result}`,
        source: 'urn:assay:verifier',
        type: 'urn:assay:archive:v1',
        subject: archiveSubject(BANK, result),
        contentType: 'application/json',
        data: new TextEncoder().encode(JSON.stringify(data)),
      }),
    );
  }

  /** Everything that lies in the prover's directory. */
  files(): Buffer {
    return Buffer.concat(readdirSync(this.dir).map((name) => readFileSync(join(this.dir, name))));
  }
}

function connect(address: string) {
  return createClient(prover.FairnessProverServiceService, {
    address,
    security: { kind: 'insecure-loopback' },
    defaultDeadlineMs: 10_000,
  });
}

/** A field element as another prover's commitment might be. */
export const OTHER_ELEMENT = String(fr(12345n));
