import { MerkleTree8 } from '@assay/field';
import { type CompiledPolicy, compilePolicy } from '@assay/policy';
import { parseSchema, protectedMask, type Schema } from '@assay/schema';
import {
  compileFairnessPolicy,
  compilePartitions,
  compileReasons,
  type FairnessPolicy,
  type Partitions,
  type SignalsOf,
  TREE_DEPTHS,
} from '@assay/statements';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import { ACCEPTED, type Judgement, pending, rejected } from './judgement.ts';
import {
  type ModelBody,
  type ReasonsBody,
  type Registration,
  type RegistrationKind,
  registrationName,
  type ScopeBody,
} from './registration.ts';

/** `registryHead` before any registration. */
export const EMPTY_REGISTRY_HEAD = '0'.repeat(64);

/** `registryHead` behind a registration: SHA-256 over the head before it and its envelope's digest, all hex. */
export function nextRegistryHead(head: string, digest: string): string {
  return bytesToHex(sha256(concatBytes(hexToBytes(head), hexToBytes(digest))));
}

/** A tree's root with the time from which another one replaced it. */
interface RootRecord {
  readonly root: bigint;
  supersededAt: number | undefined;
}

/** What an intake is held to, whatever is registered after it. */
export interface Pin {
  readonly scope: ScopeBody;
  readonly modelCommitment: bigint | undefined;
  /** The model's family, as its conformance statement shows it; there is one where there is a model. */
  readonly modelFamily: bigint | undefined;
}

/** A conformance statement that the archive holds. */
export interface ArchivedConformance {
  readonly bank: string;
  readonly signals: SignalsOf<'conformance'>;
}

/** The kinds of tree whose roots are registered. */
export type TreeKind = 'issuer-root' | 'revocation-root' | 'screening-root';

/**
 * Everything registered so far, compiled, and what is in force. A registration takes effect with `apply`, after its entry.
 * Slots are kept by the windows, because they only make sense with the intakes in them.
 */
export class Registry {
  #head = EMPTY_REGISTRY_HEAD;
  readonly #bankKeys = new Map<string, Uint8Array[]>();
  readonly #schemas = new Map<bigint, Schema>();
  readonly #policies = new Map<bigint, CompiledPolicy>();
  readonly #partitions = new Map<bigint, Partitions>();
  readonly #fairness = new Map<bigint, FairnessPolicy>();
  readonly #roots = new Map<string, RootRecord[]>();
  readonly #scopes = new Map<string, ScopeBody>();
  readonly #models = new Map<string, ModelBody>();
  readonly #conformances = new Map<string, ArchivedConformance>();
  /** Envelope digest of what is in force under each name. */
  readonly #inForce = new Map<string, string>();

  /** Hash chain over all registrations, hex. */
  get head(): string {
    return this.#head;
  }

  bankKeys(bank: string): readonly Uint8Array[] {
    return this.#bankKeys.get(bank) ?? [];
  }

  schema(id: bigint): Schema | undefined {
    return this.#schemas.get(id);
  }

  policy(hash: bigint): CompiledPolicy | undefined {
    return this.#policies.get(hash);
  }

  partitions(hash: bigint): Partitions | undefined {
    return this.#partitions.get(hash);
  }

  fairnessPolicy(hash: bigint): FairnessPolicy | undefined {
    return this.#fairness.get(hash);
  }

  scope(name: string): ScopeBody | undefined {
    return this.#scopes.get(name);
  }

  scopes(): readonly ScopeBody[] {
    return [...this.#scopes.values()];
  }

  model(scope: string): ModelBody | undefined {
    return this.#models.get(scope);
  }

  /**
   * What an intake admitted now in `scope` is held to. A model decides only while it keeps the scope's present rules: where
   * these have become stricter, none does until one that keeps them is registered.
   */
  pin(scope: string): Pin | undefined {
    const rules = this.#scopes.get(scope);
    const model = this.#models.get(scope);
    if (rules === undefined) return undefined;
    if (model === undefined || !this.#keepsRules(model, rules))
      return { scope: rules, modelCommitment: undefined, modelFamily: undefined };
    const { family } = this.#conformances.get(model.conformance)!.signals;
    return { scope: rules, modelCommitment: model.modelCommitment, modelFamily: family };
  }

  /**
   * Whether `root` is in force at `time`, or was superseded at most `graceSeconds` before. Each schema has its own set of
   * issuers.
   */
  rootInForce(kind: TreeKind, schemaId: bigint, root: bigint, time: number, graceSeconds: number): boolean {
    const record = this.#roots.get(treeName(kind, schemaId))?.findLast((known) => known.root === root);
    if (record === undefined) return false;
    return record.supersededAt === undefined || time - record.supersededAt <= graceSeconds * 1000;
  }

  /** Remembers an archived conformance statement by its envelope's digest. */
  addConformance(digest: string, conformance: ArchivedConformance): void {
    this.#conformances.set(digest, conformance);
  }

  /** Whether a registration replaces what it says it replaces (`after`), and what it refers to is there and fits. */
  judge(registration: Registration, after: string | undefined): Judgement {
    const current = this.#inForce.get(registrationName(registration));
    if (current !== undefined && !REPLACEABLE.has(registration.kind))
      return rejected('uniqueness', 'REGISTRATION_REPEATED');
    if (current !== after) return rejected('uniqueness', 'REGISTRATION_OUTDATED');
    return this.#judgeReferences(registration);
  }

  #judgeReferences(registration: Registration): Judgement {
    switch (registration.kind) {
      case 'bank-key':
      case 'slot':
        return ACCEPTED;
      case 'issuer-root':
        if (!this.#schemas.has(registration.schemaId)) return pending('context', 'REFERENCE_MISSING');
        return judgeRoot(registration.root, TREE_DEPTHS.issuers);
      case 'revocation-root':
        return judgeRoot(registration.root, TREE_DEPTHS.revocation);
      case 'screening-root':
        return judgeRoot(registration.root, TREE_DEPTHS.screening);
      case 'scope':
        return this.#judgeScope(registration);
      case 'model':
        return this.#judgeModel(registration);
      default:
        return this.#judgeDocument(registration);
    }
  }

  /** Puts a registration in force. `digest` is its envelope's, `time` its entry's. */
  apply(registration: Registration, digest: string, time: number): void {
    this.#head = nextRegistryHead(this.#head, digest);
    this.#inForce.set(registrationName(registration), digest);
    switch (registration.kind) {
      case 'bank-key':
        this.#bankKeys.set(registration.bank, [...this.bankKeys(registration.bank), registration.publicKey]);
        return;
      case 'issuer-root':
        this.#applyRoot(treeName(registration.kind, registration.schemaId), registration.root, time);
        return;
      case 'revocation-root':
      case 'screening-root':
        this.#applyRoot(registration.kind, registration.root, time);
        return;
      case 'scope':
        this.#scopes.set(registration.scope, registration);
        return;
      case 'model':
        this.#models.set(registration.scope, registration);
        return;
      case 'slot':
        return;
      case 'schema': {
        const schema = parseSchema(registration.document);
        this.#schemas.set(schema.id, schema);
        return;
      }
      case 'policy':
        this.#policies.set(registration.policyHash, this.#compilePolicy(registration)!);
        return;
      case 'partitions':
        this.#partitions.set(registration.partitionsHash, this.#compilePartitions(registration)!);
        return;
      case 'fairness-policy':
        this.#fairness.set(registration.fairnessPolicyHash, this.#compileFairness(registration)!);
        return;
    }
  }

  #applyRoot(tree: string, root: bigint, time: number): void {
    const records = this.#roots.get(tree) ?? [];
    const current = records.at(-1);
    if (current !== undefined) current.supersededAt = time;
    this.#roots.set(tree, [...records, { root, supersededAt: undefined }]);
  }

  #judgeDocument(registration: Extract<Registration, { readonly document: unknown }>): Judgement {
    try {
      switch (registration.kind) {
        case 'schema':
          parseSchema(registration.document);
          return ACCEPTED;
        case 'policy':
          return judgeHash(this.#compilePolicy(registration)?.policyHash, registration.policyHash);
        case 'partitions':
          return judgeHash(this.#compilePartitions(registration)?.hash, registration.partitionsHash);
        case 'fairness-policy':
          return judgeHash(this.#compileFairness(registration)?.hash, registration.fairnessPolicyHash);
      }
    } catch {
      // The compilers' errors name the field to whoever wrote the document; here the code says all that is archived.
      return rejected('context', 'REGISTRATION_INVALID');
    }
  }

  #compilePolicy(r: Registration & { kind: 'policy' }): CompiledPolicy | undefined {
    const schema = this.#schemas.get(r.schemaId);
    return schema && compilePolicy(r.document, schema);
  }

  #compilePartitions(r: Registration & { kind: 'partitions' }): Partitions | undefined {
    const schema = this.#schemas.get(r.schemaId);
    return schema && compilePartitions(r.document, schema);
  }

  #compileFairness(r: Registration & { kind: 'fairness-policy' }): FairnessPolicy | undefined {
    const partitions = this.#partitions.get(r.partitionsHash);
    return partitions && compileFairnessPolicy(r.document, partitions);
  }

  #judgeScope(body: ScopeBody): Judgement {
    const schema = this.#schemas.get(body.schemaId);
    const policy = this.#policies.get(body.policyHash);
    const partitions = this.#partitions.get(body.partitionsHash);
    const fairness = this.#fairness.get(body.fairnessPolicyHash);
    if (!schema || !policy || !partitions || !fairness) return pending('context', 'REFERENCE_MISSING');
    const fits =
      policy.schemaId === body.schemaId &&
      partitions.schemaId === body.schemaId &&
      fairness.partitionsHash === partitions.hash &&
      (partitions.slotMask & ~policy.identityMask) === 0n &&
      (protectedMask(schema) & ~BigInt(body.prohibitedMask)) === 0n;
    return fits ? ACCEPTED : rejected('context', 'REGISTRATION_CONFLICT');
  }

  #judgeModel(body: ModelBody): Judgement {
    const scope = this.#scopes.get(body.scope);
    if (scope === undefined) return pending('context', 'SCOPE_MISSING');
    const conformance = this.#conformances.get(body.conformance);
    if (conformance === undefined) return pending('context', 'MODEL_MISSING');
    const { signals, bank } = conformance;
    const fits =
      bank === body.bank && signals.modelCommitment === body.modelCommitment && this.#keepsRules(body, scope);
    if (!fits) return rejected('context', 'REGISTRATION_CONFLICT');
    return body.reasons === undefined ? ACCEPTED : this.#judgeReasons(body.reasons, scope);
  }

  #judgeReasons({ schemaId, document, baselineHash }: ReasonsBody, scope: ScopeBody): Judgement {
    if (schemaId !== scope.schemaId) return rejected('context', 'REGISTRATION_CONFLICT');
    try {
      return judgeHash(compileReasons(document, this.#schemas.get(schemaId)!).baselineHash, baselineHash);
    } catch {
      return rejected('context', 'REGISTRATION_INVALID');
    }
  }

  /** Whether a model's conformance statement is over the scope's schema and covers the slots that the scope prohibits. */
  #keepsRules({ conformance }: ModelBody, rules: ScopeBody): boolean {
    const { schemaId, prohibitedMask } = this.#conformances.get(conformance)!.signals;
    return schemaId === rules.schemaId && (BigInt(rules.prohibitedMask) & ~prohibitedMask) === 0n;
  }
}

/** Kinds whose later registrations replace earlier ones of the same name. */
const REPLACEABLE: ReadonlySet<RegistrationKind> = new Set([
  'issuer-root',
  'revocation-root',
  'screening-root',
  'scope',
  'model',
]);

function treeName(kind: TreeKind, schemaId: bigint): string {
  return kind === 'issuer-root' ? `${kind} ${schemaId}` : kind;
}

function judgeRoot(root: bigint, depth: number): Judgement {
  return root === 0n || root === new MerkleTree8(depth).emptyRoot
    ? rejected('context', 'REGISTRATION_INVALID')
    : ACCEPTED;
}

function judgeHash(compiled: bigint | undefined, claimed: bigint): Judgement {
  if (compiled === undefined) return pending('context', 'REFERENCE_MISSING');
  return compiled === claimed ? ACCEPTED : rejected('context', 'REGISTRATION_INVALID');
}
