import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ack, archiveSubject, type Bus, connectBus, jobSubject, newEvent } from '@assay/bus';
import { type gateway, prover, verifier } from '@assay/contracts';
import { B8, eddsaPublicKey, generateEddsaSecret, pointMultiply, randomFr, randomScalar, stringId } from '@assay/field';
import { compilePolicy } from '@assay/policy';
import { createClient, type Handlers, type RpcClient, RpcServer, serve } from '@assay/rpc';
import { attestMask, encodeAttributes, parseSchema } from '@assay/schema';
import { applicationJobs, generateSealingKey, publicSealingKey, type SealingKey, seal } from '@assay/seal';
import {
  buildTrustTrees,
  type Credential,
  compileFairnessPolicy,
  compilePartitions,
  type Issuer,
  issueCredential,
  type Role,
} from '@assay/statements';
import { type SpawnedService, spawnService, startNatsServer, type TestNats } from '@assay/testkit';
import { type Signer, sealEnvelope } from '@assay/verify';
import { ed25519 } from '@noble/curves/ed25519.js';
import { randomBytes } from '@noble/hashes/utils.js';

/** The scope that the fixture registers. */
export const SCOPE = 'test-bank/loan/2026';
const BANK = 'test-bank';
const EXAMPLES = join(import.meta.dirname, '../../../examples');
const read = (path: string): unknown => JSON.parse(readFileSync(join(EXAMPLES, path), 'utf8'));

/** The schema of the examples. */
export const schema = parseSchema(read('applicants/schema.json'));
const partitions = compilePartitions(read('applicants/partitions.json') as never, schema);
const policyDocument = {
  name: 'retail',
  version: '1',
  cel: readFileSync(join(EXAMPLES, 'applicants/policy.cel'), 'utf8').trim(),
  requireAttested: ['age', 'sex', 'residency', 'income'],
  requireIdentity: ['age', 'sex'],
  ordinalMax: 3,
};
const policy = compilePolicy(policyDocument, schema);
const today = Math.floor(Date.now() / 86_400_000);

/** A kyc-prover process with everything around it but the verifier, whose registry is answered from documents. */
export class Fixture implements AsyncDisposable {
  readonly dir = mkdtempSync(join(tmpdir(), 'assay-kyc-'));
  readonly fairnessKey: SealingKey;
  readonly #sealingKey: SealingKey;
  readonly #nats: TestNats;
  readonly bus: Bus;
  readonly #registry: RpcServer;
  readonly #secrets: Readonly<Record<Role, Uint8Array>>;
  readonly #registered: { modelCommitment?: string };
  service: SpawnedService;
  client: RpcClient<typeof prover.KycProverServiceService>;

  private constructor(parts: {
    dir: string;
    nats: TestNats;
    bus: Bus;
    registry: RpcServer;
    secrets: Readonly<Record<Role, Uint8Array>>;
    registered: { modelCommitment?: string };
    sealingKey: SealingKey;
    fairnessKey: SealingKey;
    service: SpawnedService;
  }) {
    this.dir = parts.dir;
    this.#nats = parts.nats;
    this.bus = parts.bus;
    this.#registry = parts.registry;
    this.#secrets = parts.secrets;
    this.#registered = parts.registered;
    this.#sealingKey = parts.sealingKey;
    this.fairnessKey = parts.fairnessKey;
    this.service = parts.service;
    this.client = connect(parts.service);
  }

  static async start(): Promise<Fixture> {
    const dir = mkdtempSync(join(tmpdir(), 'assay-kyc-'));
    const nats = await startNatsServer();
    const bus = await connectBus({ servers: [nats.url], monitorUrls: [nats.monitorUrl], name: 'test' });
    await bus.ensureStreams(BANK);
    const secrets = { identity: generateEddsaSecret(), financial: generateEddsaSecret() };
    const issuers = (['identity', 'financial'] as const).map((role) => issuer(role, secrets[role]));
    const trees = buildTrustTrees({ issuers, revokedCredentials: [5n], screenedDocuments: [7n] });
    const sealingKey = await generateSealingKey();
    const fairnessKey = await generateSealingKey();
    const registered: { modelCommitment?: string } = {};
    const registry = registryServer(registered, trees);
    const { host, port } = await registry.listen('127.0.0.1:0');
    mkdirSync(join(dir, 'sets'));
    const write = (name: string, content: string | Uint8Array): void =>
      writeFileSync(join(dir, name), content, { mode: 0o600 });
    write('sealing.jwk', JSON.stringify(sealingKey));
    write('fairness.jwk', JSON.stringify(publicSealingKey(fairnessKey)));
    write('envelope.key', randomBytes(32));
    write('sets/issuers.json', JSON.stringify(issuers.map(issuerJson)));
    write('sets/revocation.json', '["5"]');
    write('sets/screening.json', '["7"]');
    write(
      'config.json',
      JSON.stringify({
        dir: join(dir, 'state'),
        listen: '127.0.0.1:0',
        bank: BANK,
        bus: { servers: [nats.url], monitorUrls: [nats.monitorUrl] },
        verifier: `${host}:${port}`,
        setsDir: join(dir, 'sets'),
        sealingKeyFile: join(dir, 'sealing.jwk'),
        fairnessKeyFile: join(dir, 'fairness.jwk'),
        envelopeKeyFile: join(dir, 'envelope.key'),
        proving: { workers: 1, queueLimit: 8 },
        security: { kind: 'insecure-loopback' },
        allowDevelopmentKeys: true,
      }),
    );
    await archiveEverything(bus);
    const service = await startService(dir);
    return new Fixture({ dir, nats, bus, registry, secrets, registered, sealingKey, fairnessKey, service });
  }

  /** Kills the service without warning and starts it again, with this beside its environment. */
  async crash(env: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.service.kill();
    this.client.close();
    this.service = await startService(this.dir, env);
    this.client = connect(this.service);
  }

  /** Registers a model for the scope, as the validator would. */
  registerModel(modelCommitment: string): void {
    this.#registered.modelCommitment = modelCommitment;
  }

  /** Two credentials over these raw attributes. */
  credentials(
    values: ReadonlyMap<string, string>,
    documentHash: bigint,
    id: bigint,
  ): { subject: bigint } & Record<Role, Credential> {
    const subject = randomFr();
    const attributes = encodeAttributes(schema, values);
    const issue = (role: Role): Credential =>
      issueCredential(
        {
          schema,
          role,
          audience: stringId(BANK),
          attributes,
          subject,
          documentHash,
          validFrom: today - 10,
          validUntil: today + 100,
          credentialId: role === 'identity' ? id : id + 1n,
        },
        this.#secrets[role],
      );
    return { subject, identity: issue('identity'), financial: issue('financial') };
  }

  /** Seals and publishes an application. */
  async submit(id: string, request: gateway.SubmitApplicationRequest, messageId = id): Promise<void> {
    const data = await seal(
      applicationJobs.encode({ applicationId: id, request }),
      'application',
      publicSealingKey(this.#sealingKey),
    );
    await this.bus.publish(
      newEvent({
        id: messageId,
        source: 'urn:assay:gateway:test-bank',
        type: 'urn:assay:job:v1',
        subject: jobSubject(BANK, 'application'),
        contentType: 'application/jose',
        data,
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    await this.service.stop();
    await this.#registry.drain(1000);
    await this.bus.close();
    await this.#nats.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** The contract's form of an application. */
export function requestOf(
  values: ReadonlyMap<string, string>,
  credentials: { subject: bigint } & Record<Role, Credential>,
): gateway.SubmitApplicationRequest {
  const attested = (role: Role): gateway.Attribute[] =>
    [...values]
      .filter(([name]) => ((attestMask(schema, role) >> BigInt(schema.byName.get(name)!.slot)) & 1n) === 1n)
      .map(([name, value]) => ({ name, value }));
  const message = (role: Role): gateway.Credential => {
    const { issuerKey, signature, credentialId, documentHash, validFrom, validUntil } = credentials[role];
    return {
      schemaId: String(schema.id),
      attributes: attested(role),
      subject: String(credentials.subject),
      documentHash: String(documentHash),
      validFromDay: validFrom,
      validUntilDay: validUntil,
      credentialId,
      issuerKey: { x: String(issuerKey.x), y: String(issuerKey.y) },
      signature: { r8X: String(signature.r8.x), r8Y: String(signature.r8.y), s: String(signature.s) },
    };
  };
  const attestedNames = new Set([...attested('identity'), ...attested('financial')].map(({ name }) => name));
  return {
    requestId: 'request',
    scope: SCOPE,
    ordinal: 0,
    declared: [...values].filter(([name]) => !attestedNames.has(name)).map(([name, value]) => ({ name, value })),
    identityCredential: message('identity'),
    financialCredential: message('financial'),
  };
}

/** Says of every envelope that the archive has taken it, in the order of their coming. */
async function archiveEverything(bus: Bus): Promise<void> {
  const indices = new Map<string, number>();
  await bus.consume({ bank: BANK, stream: 'PROOFS', durable: 'archive' }, async ({ event: { id: digest } }) => {
    const index = indices.get(digest) ?? indices.size;
    indices.set(digest, index);
    const data = new TextEncoder().encode(JSON.stringify({ v: 1, result: 'accepted', digest, index }));
    const common = { source: 'urn:assay:verifier', type: 'urn:assay:archive:v1', contentType: 'application/json' };
    await bus.publish(
      newEvent({ ...common, id: `${digest}:accepted`, subject: archiveSubject(BANK, 'accepted'), data }),
    );
    return ack;
  });
}

function startService(dir: string, env: Readonly<Record<string, string>> = {}): Promise<SpawnedService> {
  const entry = join(import.meta.dirname, '../src/main.ts');
  return spawnService({ entry, env: { ...env, ASSAY_CONFIG: join(dir, 'config.json') }, readyTimeoutMs: 60_000 });
}

function connect(service: SpawnedService): RpcClient<typeof prover.KycProverServiceService> {
  return createClient(prover.KycProverServiceService, {
    address: String(service.ready.address),
    security: { kind: 'insecure-loopback' },
    defaultDeadlineMs: 30_000,
  });
}

function issuer(role: Role, secret: Uint8Array): Issuer {
  return {
    publicKey: eddsaPublicKey(secret),
    schemaId: schema.id,
    role,
    allowedMask: attestMask(schema, role),
    validFrom: today - 100,
    validUntil: today + 1000,
  };
}

function issuerJson({ publicKey, schemaId, allowedMask, ...rest }: Issuer): object {
  return {
    ...rest,
    publicKey: [String(publicKey.x), String(publicKey.y)],
    schemaId: String(schemaId),
    allowedMask: Number(allowedMask),
  };
}

/** The registry as the verifier would answer it: real signed registrations, without a log behind them. */
function registryServer(
  registered: { modelCommitment?: string },
  trees: ReturnType<typeof buildTrustTrees>,
): RpcServer {
  const seed = randomBytes(32);
  const authority: Signer = { publicKey: ed25519.getPublicKey(seed), sign: async (m) => ed25519.sign(m, seed) };
  const regulatorKey = pointMultiply(B8, randomScalar());
  const fairness = compileFairnessPolicy(
    {
      name: 'four-fifths',
      version: '1',
      ratio: { num: 4, den: 5 },
      significance: { zNum: 384, zDen: 100, required: false },
      nMin: 5,
      tMin: 1,
      minCell: 1,
      regulatorKey: [String(regulatorKey.x), String(regulatorKey.y)],
      partitions: partitions.document.partitions.map(({ name, groups, unknown }) => ({
        partition: name,
        reference: 'highest',
        tested: groups.filter((group) => group !== unknown),
      })),
    },
    partitions,
  );
  const bodies = (): [string, object][] => [
    ['schema', { document: schema.document }],
    ['policy', { schemaId: String(schema.id), document: policyDocument, policyHash: String(policy.policyHash) }],
    [
      'partitions',
      { schemaId: String(schema.id), document: partitions.document, partitionsHash: String(partitions.hash) },
    ],
    [
      'fairness-policy',
      {
        partitionsHash: String(partitions.hash),
        document: fairness.document,
        fairnessPolicyHash: String(fairness.hash),
      },
    ],
    ['issuer-root', { root: String(trees.issuers.root), schemaId: String(schema.id) }],
    ['revocation-root', { root: String(trees.revocation.root) }],
    ['screening-root', { root: String(trees.screening.root) }],
    [
      'scope',
      {
        scope: SCOPE,
        schemaId: String(schema.id),
        policyHash: String(policy.policyHash),
        partitionsHash: String(partitions.hash),
        fairnessPolicyHash: String(fairness.hash),
        prohibitedMask: 7,
        withdrawalCeilingPermille: 100,
        referralCeilingPermille: 100,
        closingDeadlineSeconds: 600,
        rootGraceSeconds: 60,
      },
    ],
    ...(registered.modelCommitment === undefined
      ? []
      : ([
          [
            'model',
            {
              bank: BANK,
              scope: SCOPE,
              name: 'retail',
              version: '1',
              modelCommitment: registered.modelCommitment,
              conformance: '0'.repeat(64),
            },
          ],
        ] as [string, object][])),
  ];
  const unused = async (): Promise<never> => {
    throw new Error('not asked for here');
  };
  const handlers: Handlers<typeof verifier.RegistryServiceService> = {
    getInForce: async ({ scope }) => {
      if (scope !== SCOPE) throw new Error('another scope');
      const envelopes = await Promise.all(
        bodies().map(([kind, body]) =>
          sealEnvelope(
            { type: 'registration', kind, body: body as Readonly<Record<string, unknown>> },
            new Uint8Array(),
            authority,
          ),
        ),
      );
      const registrations = envelopes.map(({ bytes }) => verifier.Registration.fromPartial({ envelope: bytes }));
      const head = new Uint8Array(32).fill(registered.modelCommitment === undefined ? 1 : 2);
      return { registrations, registryHead: head, atIndex: 0n };
    },
    submitRegistration: unused,
    getRegistration: unused,
    listRegistrations: unused,
  };
  return new RpcServer({
    services: [serve(verifier.RegistryServiceService, handlers)],
    security: { kind: 'insecure-loopback' },
  });
}
