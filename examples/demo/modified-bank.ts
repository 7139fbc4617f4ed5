import { randomBytes } from 'node:crypto';
import { ack, type Bus, connectBus, newEvent, parseSubject } from '@assay/bus';
import { modelRegistration, submitRegistrations } from '@assay/deployment';
import { randomFr, stringId } from '@assay/field';
import { createProvingEngine, type ProvingEngine } from '@assay/groth16';
import { loadArtifacts } from '@assay/keys';
import { proofMessage, StatementProver } from '@assay/proving';
import { encodeAttributes } from '@assay/schema';
import {
  type ApplicantOpening,
  applicantCommitment,
  type ClosingClaim,
  type CommittedModel,
  type Credential,
  conformanceClaim,
  decisionClaim,
  type EligibilityClaim,
  eligibilityClaim,
  modelCommitment,
  type Partitions,
  type Role,
  type SignalsOf,
  type StatementKind,
} from '@assay/statements';
import { type Envelope, envelopeDigest } from '@assay/verify';
import type { DemoApplicant, ModelFile } from './dataset.ts';
import type { Scene } from './scene.ts';

/** What the verifier said of an envelope. */
export interface Heard {
  readonly result: 'accepted' | 'rejected' | 'pending';
  /** Empty where it was accepted. */
  readonly code: string;
  /** Leaf index; absent while it waits. */
  readonly index: number | undefined;
}

/** An application as this bank has it: everything in the open. */
export interface OpenApplication {
  readonly applicant: ApplicantOpening;
  readonly credentials: Readonly<Record<Role, Credential>>;
  readonly ordinal: number;
  readonly claim: EligibilityClaim;
  readonly envelope: Envelope;
}

/** A proved decision. */
export interface ProvedDecision {
  readonly claim: ClosingClaim<SignalsOf<'decision'>>;
  readonly envelope: Envelope;
}

/**
 * A bank whose software was changed: it has its key, its provers and its place on the bus, and publishes whatever it likes.
 * Between it and the archive stands only the verifier.
 */
export class ModifiedBank implements AsyncDisposable {
  readonly scene: Scene;
  readonly prover: StatementProver;
  readonly #engine: ProvingEngine;
  readonly #bus: Bus;
  readonly #tallyKey = Uint8Array.from(randomBytes(32));
  readonly #heard = new Map<string, Heard>();
  readonly #waiting = new Map<string, ((heard: Heard) => void)[]>();

  private constructor(scene: Scene, prover: StatementProver, engine: ProvingEngine, bus: Bus) {
    this.scene = scene;
    this.prover = prover;
    this.#engine = engine;
    this.#bus = bus;
  }

  /** What makes its proofs, in its own words. */
  get provingSystem(): string {
    return this.#engine.provingSystem;
  }

  /** Starts the bank's own prover and joins the bus. */
  static async open(scene: Scene): Promise<ModifiedBank> {
    const artifacts = await loadArtifacts();
    const engine = await createProvingEngine({ circuits: artifacts, workers: 1, queueLimit: 16 });
    const { url, monitorUrl } = scene.stack.addresses.nats;
    const bus = await connectBus({ servers: [url], monitorUrls: [monitorUrl], name: 'modified-bank' });
    const bank = new ModifiedBank(
      scene,
      new StatementProver(engine, artifacts, scene.deployment.bankSigner),
      engine,
      bus,
    );
    const { bank: name } = scene.bank;
    await bus.consume({ bank: name, stream: 'ARCHIVE', durable: 'modified-bank' }, async ({ event }) => {
      bank.#hear(JSON.parse(new TextDecoder().decode(event.data)) as Heard & { digest: string });
      return ack;
    });
    return bank;
  }

  /** Registers a model as an honest bank would: conformance archived, validator's signature. */
  async registerModel({ lowered, registration }: ModelFile): Promise<CommittedModel> {
    const { deployment, rules, bank } = this.scene;
    const committed = this.commit({ lowered });
    const { name, version } = registration;
    const claim = conformanceClaim(committed, BigInt(rules.prohibitedMask));
    const envelope = await this.prover.prove('conformance', claim, { bank: bank.bank, model: name, version });
    await this.publish('conformance', envelope);
    await submitRegistrations(bank.verifier, [
      await modelRegistration(deployment, {
        ...{ scope: rules.scope, name, version },
        modelCommitment: String(modelCommitment(committed)),
        conformance: envelope.digest,
      }),
    ]);
    return committed;
  }

  /** A model under a fresh salt. */
  commit({ lowered }: Pick<ModelFile, 'lowered'>): CommittedModel {
    return { model: lowered, modelSalt: randomFr() };
  }

  /** Proves the intake of an applicant; with `again`, of one who has applied before, with the same credentials. */
  async proveIntake(who: DemoApplicant, again?: { of: OpenApplication; ordinal: number }): Promise<OpenApplication> {
    const { dataset, bank, rules, deployment } = this.scene;
    const credentials = again?.of.credentials ?? bank.issuerTool.issue(who, dataset.schema, bank.bank);
    const { subject } = credentials.identity;
    const attributes = encodeAttributes(dataset.schema, who.values);
    const applicant = { schemaId: dataset.schema.id, attributes, subject, salt: randomFr() };
    const ordinal = again?.ordinal ?? 0;
    const claim = eligibilityClaim({
      applicant,
      credentials,
      policy: rules.policy,
      trust: deployment.sets,
      audience: stringId(bank.bank),
      scope: stringId(rules.scope),
      ordinal,
      asOf: Math.floor(Date.now() / 86_400_000),
    });
    const envelope = await this.prover.prove('eligibility', claim, { bank: bank.bank, scope: rules.scope });
    return { applicant, credentials, ordinal, claim, envelope };
  }

  /** Proves the decision on an application: under the rules' partitions unless others are given. */
  async proveDecision(
    { applicant, claim: { eligible } }: OpenApplication,
    model: CommittedModel,
    partitions: Partitions = this.scene.rules.partitions,
  ): Promise<ProvedDecision> {
    const { bank, rules } = this.scene;
    const opening = { applicant, eligible, partitions, tallyKey: this.#tallyKey, reasons: [] };
    const claim = decisionClaim({ ...opening, tallySalt: Uint8Array.from(randomBytes(32)) }, model);
    const envelope = await this.prover.prove('decision', claim, { bank: bank.bank, scope: rules.scope });
    return { claim, envelope };
  }

  /** An application from beginning to end, as it should be. */
  async honestApplication(
    who: DemoApplicant,
    model: CommittedModel,
  ): Promise<{ application: OpenApplication; decision: ProvedDecision }> {
    const application = await this.proveIntake(who);
    const decision = await this.proveDecision(application, model);
    await this.publish('eligibility', application.envelope);
    await this.publish('decision', decision.envelope);
    return { application, decision };
  }

  /** Publishes an envelope to the proofs and waits for what the verifier says of it. */
  async publish(kind: StatementKind, envelope: Envelope, table?: Uint8Array): Promise<Heard> {
    await this.send(kind, envelope, table);
    return await this.#result(envelope.digest);
  }

  /** Publishes an envelope without waiting; under a `messageId` of its own the bus takes it for a new message. */
  async send(kind: StatementKind, envelope: Envelope, table?: Uint8Array, messageId?: string): Promise<void> {
    const message = proofMessage({ service: 'modified-bank', bank: this.scene.bank.bank }, kind, {
      envelope,
      ...(table && { table }),
    });
    const { id, source, type, contentType, data } = message;
    const { subject } = parseSubject(message.subject);
    await this.#bus.publish(
      newEvent({ id, source, type, subject, contentType, data, about: envelopeDigest(envelope.bytes) }),
      {
        ...(messageId !== undefined && { dedupeId: messageId }),
      },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#bus.close();
    await this.#engine.close();
  }

  #hear({ digest, result, code, index }: Heard & { readonly digest: string }): void {
    const heard = { result, code: code ?? '', index };
    this.#heard.set(digest, heard);
    for (const settle of this.#waiting.get(digest) ?? []) settle(heard);
    this.#waiting.delete(digest);
  }

  #result(digest: string): Promise<Heard> {
    const known = this.#heard.get(digest);
    if (known !== undefined) return Promise.resolve(known);
    const { promise, resolve } = Promise.withResolvers<Heard>();
    this.#waiting.set(digest, [...(this.#waiting.get(digest) ?? []), resolve]);
    return promise;
  }
}

/** The commitment by which the archive knows an application. */
export function commitmentOf({ applicant }: Pick<OpenApplication, 'applicant'>): bigint {
  return applicantCommitment(applicant);
}
