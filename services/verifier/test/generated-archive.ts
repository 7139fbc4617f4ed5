import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { Archive, type NewEntry, nativeNoteSigner } from '@assay/archive';
import { encodeSignals, type SignalsOf, type StatementKind } from '@assay/statements';
import {
  bankOf,
  EMPTY_REGISTRY_HEAD,
  type Entry,
  type Envelope,
  encodeEntry,
  nextRegistryHead,
  scopeElement,
} from '@assay/verify';
import { nodeFiles } from '../../../packages/archive/src/node-files.ts';
import {
  BANK,
  bodies,
  conformance,
  decision,
  fairnessPolicy,
  intake,
  MODEL,
  modelRegistration,
  ORIGIN,
  partitions,
  policy,
  ROOTS,
  registration,
  SCOPE,
  secrets,
  signers,
  slot,
  tallyOf,
} from '../../../packages/verify/test/world.ts';

/** Intakes of a window. */
const WINDOW = 500;
/** Milliseconds from one entry to the next. */
const STEP = 250;
/** More than the entries of a window take. */
const WINDOW_MS = 300_000;
const BATCH = 4096;
const TALLIES = 64;
/** Nothing is synced: a generated archive is thrown away. */
const files = {
  ...nodeFiles,
  writeSynced: (path: string, bytes: Uint8Array) => writeFile(path, bytes),
  syncDirectory: async () => {},
};

/**
 * Writes an archive of at least `size` entries, and little more: windows of 500 intakes with decisions, some referred and decided by a
 * person, some withdrawn; rejected ones; a fairness statement for every other window. Each envelope has a digest and signals of its
 * own, in the real form, and its bank's signature; the proofs are one and the same, so that nothing is proved: the log replays, and does
 * not verify.
 */
export async function generateArchive(dir: string, size: number): Promise<void> {
  await using archive = await Archive.open(dir, {
    origin: ORIGIN,
    signer: nativeNoteSigner(ORIGIN, secrets.log),
    files,
  });
  let batch: NewEntry[] = [];
  for await (const entry of entries(size)) {
    batch.push(entry);
    if (batch.length < BATCH) continue;
    await archive.appendBatch(batch);
    batch = [];
  }
  if (batch.length > 0) await archive.appendBatch(batch);
}

async function* entries(size: number): AsyncGenerator<NewEntry> {
  const log = new Log();
  for (const [kind, body] of Object.entries(bodies)) yield log.register(await registration(kind, body));
  const shown = await conformance();
  yield log.accept(shown.bytes, shown.digest, 'conformance');
  yield log.register(await modelRegistration(shown));
  const write = await Writer.create();
  for (let window = 1; log.size < size; window++) {
    const from = log.time;
    const to = from + WINDOW_MS;
    yield log.register(await slot(window, from, to));
    const first = (window - 1) * WINDOW + 1;
    for (let n = first; n < first + WINDOW; n++) {
      yield log.accept(...write.intake(n), 'eligibility');
      if (n % 40 === 0) {
        yield log.accept(...write.decision(n, true), 'decision');
        yield log.accept(...write.manual(n), 'manual-decision');
      } else if (n % 50 === 1) yield log.withdraw(...write.withdrawal(n));
      else yield log.accept(...write.decision(n, false), 'decision');
      if (n % 100 === 7) yield log.reject(write.decision(n, false, 99n)[1]);
    }
    log.time = to;
    if (window % 2 === 1) yield log.prove(...write.fairness(window));
  }
}

/** Gives entries their place, time and head. */
class Log {
  size = 0;
  time = Date.UTC(2026, 0, 15);
  #head = EMPTY_REGISTRY_HEAD;

  register(envelope: Envelope): NewEntry {
    const { bytes, digest } = envelope;
    const bank = bankOf(envelope);
    const named = bank === undefined ? {} : { bank };
    const entry = this.#entry({ kind: 'registration', ...named, payload: { sha256: digest, size: bytes.length } }, [
      bytes,
    ]);
    this.#head = nextRegistryHead(this.#head, digest);
    return entry;
  }

  accept(bytes: Uint8Array, digest: string, statement: StatementKind): NewEntry {
    const payload = { sha256: digest, size: bytes.length };
    return this.#entry({ kind: 'accepted', statement, bank: BANK, payload }, [bytes]);
  }

  withdraw(bytes: Uint8Array, digest: string): NewEntry {
    return this.#entry({ kind: 'withdrawal', bank: BANK, payload: { sha256: digest, size: bytes.length } }, [bytes]);
  }

  reject(digest: string): NewEntry {
    const payload = { sha256: digest, size: 1500 };
    return this.#entry({ kind: 'rejected', statement: 'decision', bank: BANK, payload, reason: 'INTAKE_CLOSED' }, []);
  }

  prove(bytes: Uint8Array, digest: string, table: Uint8Array): NewEntry {
    const payload = { sha256: digest, size: bytes.length };
    const attachments = [sha256(table)];
    return this.#entry({ kind: 'accepted', statement: 'fairness', bank: BANK, payload, attachments }, [bytes, table]);
  }

  #entry(entry: Omit<Entry, 'receivedAt' | 'registryHead'>, blobs: readonly Uint8Array[]): NewEntry {
    this.size++;
    this.time += STEP;
    return { leaf: encodeEntry({ ...entry, receivedAt: this.time, registryHead: this.#head }), blobs };
  }
}

type Written = readonly [bytes: Uint8Array, digest: string];

/** Writes envelopes in their canonical form, by hand: sealing each would take minutes. */
class Writer {
  readonly #key: KeyObject;
  readonly #models: Readonly<Record<string, Envelope>>;
  readonly #tallies = Array.from({ length: TALLIES }, (_, n) => tallyOf(n + 1));

  private constructor(models: Readonly<Record<string, Envelope>>) {
    this.#models = models;
    const [x, d] = [signers.bank.publicKey, secrets.bank].map((bytes) => Buffer.from(bytes).toString('base64url'));
    this.#key = createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', x: x!, d: d! }, format: 'jwk' });
  }

  static async create(): Promise<Writer> {
    return new Writer({ eligibility: await intake(0), decision: await decision(1) });
  }

  intake(n: number): Written {
    const id = BigInt(n);
    return this.#statement('eligibility', 'eligibility', {
      applicantCommitment: commitment(n),
      eligibilityCommitment: id + 10n ** 41n,
      nullifier: id + 10n ** 42n,
      credentialNullifier: id + 10n ** 43n,
      scope: scopeElement(SCOPE),
      audience: scopeElement(BANK),
      ordinal: 0n,
      policyHash: policy.policyHash,
      issuerRoot: ROOTS.issuer,
      revocationRoot: ROOTS.revocation,
      screeningRoot: ROOTS.screening,
      asOf: 20_000n,
    });
  }

  decision(n: number, referred: boolean, outcomeCommitment = 7n): Written {
    const { x, y } = referred ? { x: 0n, y: 1n } : this.#tallies[n % TALLIES]!;
    return this.#statement('decision', 'decision-additive', {
      applicantCommitment: commitment(n),
      modelCommitment: MODEL,
      partitionsHash: partitions.hash,
      eligibilityCommitment: BigInt(n) + 10n ** 41n,
      referred: referred ? 1n : 0n,
      tallyX: x,
      tallyY: y,
      outcomeCommitment,
      reasonsCommitment: 8n,
    });
  }

  manual(n: number): Written {
    const { x, y } = this.#tallies[n % TALLIES]!;
    return this.#statement('manual-decision', 'manual-decision', {
      applicantCommitment: commitment(n),
      partitionsHash: partitions.hash,
      eligibilityCommitment: BigInt(n) + 10n ** 41n,
      officerCommitment: 9n,
      tallyX: x,
      tallyY: y,
      outcomeCommitment: 7n,
      reasonsCommitment: 8n,
    });
  }

  fairness(window: number): readonly [bytes: Uint8Array, digest: string, table: Uint8Array] {
    const table = Buffer.from(JSON.stringify({ E: ['0', '1'], ct: new Array(7).fill(String(window)) }));
    const [bytes, digest] = this.#statement(
      'fairness',
      'fairness',
      {
        tallyX: 0n,
        tallyY: 1n,
        total: BigInt(window),
        partitionsHash: partitions.hash,
        fairnessPolicyHash: fairnessPolicy.hash,
        verdict0: BigInt(1 + (window % 3)),
        verdict1: 0n,
        verdict2: 0n,
        verdict3: 0n,
        tableCiphertextHash: BigInt(window),
      },
      `,"closings":"all"`,
      `,"window":${window}`,
    );
    return [bytes, digest, table];
  }

  withdrawal(n: number): Written {
    const predicate = `{"applicantCommitment":"${commitment(n)}","bank":"${BANK}","reason":"applicant-withdrew","scope":"${SCOPE}"}`;
    return this.#seal(predicate, 'urn:assay:withdrawal:v1', new Uint8Array());
  }

  #statement<K extends StatementKind>(
    kind: K,
    circuit: string,
    signals: Record<keyof SignalsOf<K>, bigint>,
    closings = '',
    window = '',
  ): Written {
    const model = this.#models[kind] ?? this.#models.decision!;
    const key = model.predicate.type === 'proof' ? model.predicate.verificationKey : '';
    const values = encodeSignals(kind, signals as unknown as SignalsOf<K>).map((value) => `"${value}"`);
    const context = `{"bank":"${BANK}"${closings},"scope":"${SCOPE}"${window}}`;
    const predicate = `{"circuit":"${circuit}","context":${context},"publicSignals":[${values}],"statement":"${kind}","verificationKey":"${key}","version":1}`;
    return this.#seal(predicate, 'urn:assay:proof:v1', model.proof);
  }

  #seal(predicate: string, predicateType: string, proof: Uint8Array): Written {
    const payload = Buffer.from(
      `{"_type":"https://in-toto.io/Statement/v1","predicate":${predicate},"predicateType":"${predicateType}","subject":[{"digest":{"sha256":"${sha256(proof)}"},"name":"proof"}]}`,
    );
    const type = 'application/vnd.in-toto+json';
    const signed = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload]);
    const signature = sign(null, signed, this.#key).toString('base64');
    const keyId = createHash('sha256').update(signers.bank.publicKey).digest('hex');
    const bytes = Buffer.from(
      `{"dsse":{"payload":"${payload.toString('base64')}","payloadType":"${type}","signatures":[{"keyid":"${keyId}","sig":"${signature}"}]},"mediaType":"application/vnd.assay.envelope.v1+json","proof":"${Buffer.from(proof).toString('base64')}"}`,
    );
    return [bytes, sha256(bytes)];
  }
}

function commitment(n: number): bigint {
  return BigInt(n) + 10n ** 40n;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
