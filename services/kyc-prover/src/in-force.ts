import type { verifier } from '@assay/contracts';
import { type CompiledPolicy, compilePolicy } from '@assay/policy';
import { type RpcClient, RpcError } from '@assay/rpc';
import { parseSchema, type Schema } from '@assay/schema';
import { compilePartitions, compileReasons, type Partitions, type ReasonRules } from '@assay/statements';
import { type RegistrationKind, Registrations } from '@assay/verify';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ArchivedPlace } from './application-store.ts';
import { KycProverError } from './kyc-prover-error.ts';

/** What an application in a scope is held to, as the registry has it. */
export interface InForce {
  readonly schema: Schema;
  readonly policy: CompiledPolicy;
  readonly partitions: Partitions;
  /** The registered model, if there is one. */
  readonly modelCommitment: bigint | undefined;
  /** What reasons of a decline are measured against and told as, where the model is registered with it. */
  readonly reasons: ReasonRules | undefined;
  readonly prohibitedMask: number;
  readonly issuerRoot: bigint;
  readonly revocationRoot: bigint;
  readonly screeningRoot: bigint;
}

/** What was read is taken as what is in force for so long, unless a registration is heard of before. */
const FRESH_MS = 1_000;

interface Compiled {
  /** Hash chain over all registrations: with the scope it says what is in force. */
  readonly head: string;
  readonly inForce: InForce;
}

/** Reads the registry, and compiles what it says once for each of its heads. */
export class RegistryReader {
  readonly #client: RpcClient<typeof verifier.RegistryServiceService>;
  readonly #now: () => number;
  readonly #latest = new Map<string, Compiled & { readonly readAt: number }>();
  readonly #before = new Map<string, Compiled>();
  /** Registrations that were heard of: an answer that was asked for before the last one may be older than it. */
  #heard = 0;

  constructor(client: RpcClient<typeof verifier.RegistryServiceService>, now = (): number => performance.now()) {
    this.#client = client;
    this.#now = now;
  }

  /**
   * What is in force in a scope, now or as an entry of the archive saw it; undefined when the scope is not registered.
   *
   * @throws RpcError when the verifier cannot be reached; KycProverError `REGISTRY` when documents are missing
   */
  async inForce(scope: string, at?: ArchivedPlace): Promise<InForce | undefined> {
    return at === undefined ? await this.#inForceNow(scope) : await this.#inForceAt(scope, at);
  }

  /** A registration was archived: what was read before may be in force no longer. */
  changed(): void {
    this.#heard += 1;
    this.#latest.clear();
  }

  async #inForceNow(scope: string): Promise<InForce | undefined> {
    const readAt = this.#now();
    const known = this.#latest.get(scope);
    if (known !== undefined && readAt - known.readAt < FRESH_MS) return known.inForce;
    const heard = this.#heard;
    const response = await this.#get(scope, undefined);
    if (response === undefined) return undefined;
    const compiled = this.#compiled(scope, response);
    if (heard === this.#heard) this.#latest.set(scope, { ...compiled, readAt });
    return compiled.inForce;
  }

  async #inForceAt(scope: string, { index, registryHead }: ArchivedPlace): Promise<InForce | undefined> {
    const known = [this.#latest.get(scope), this.#before.get(scope)].find(
      (compiled) => compiled !== undefined && compiled.head === registryHead,
    );
    if (known !== undefined) return known.inForce;
    const response = await this.#get(scope, index);
    if (response === undefined) return undefined;
    const compiled = this.#compiled(scope, response);
    // Apart from the latest: what was in force before would push out what is, and be pushed out by it, time and again.
    this.#before.set(scope, compiled);
    return compiled.inForce;
  }

  #compiled(scope: string, { registryHead, registrations }: verifier.GetInForceResponse): Compiled {
    const head = bytesToHex(registryHead);
    const known = [this.#latest.get(scope), this.#before.get(scope)].find((compiled) => compiled?.head === head);
    return known ?? { head, inForce: compile(Registrations.parse(registrations.map(({ envelope }) => envelope))) };
  }

  async #get(scope: string, atIndex: bigint | undefined): Promise<verifier.GetInForceResponse | undefined> {
    try {
      return await this.#client.call.getInForce(atIndex === undefined ? { scope } : { scope, atIndex });
    } catch (error) {
      if (error instanceof RpcError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  }
}

function compile(registrations: Registrations): InForce {
  const need = <K extends RegistrationKind>(kind: K): NonNullable<ReturnType<typeof registrations.find<K>>> => {
    const found = registrations.find(kind);
    if (found === undefined) throw new KycProverError('REGISTRY', `no ${kind} is in force`);
    return found;
  };
  const scope = need('scope');
  const schemas = registrations.all('schema').map(({ document }) => parseSchema(document));
  const schema = schemas.find(({ id }) => id === scope.schemaId);
  if (schema === undefined) throw new KycProverError('REGISTRY', "the scope's schema is not in force");
  const model = registrations.find('model');
  return {
    schema,
    policy: compilePolicy(need('policy').document, schema),
    partitions: compilePartitions(need('partitions').document, schema),
    modelCommitment: model?.modelCommitment,
    reasons: model?.reasons && compileReasons(model.reasons.document, schema),
    prohibitedMask: scope.prohibitedMask,
    issuerRoot: need('issuer-root').root,
    revocationRoot: need('revocation-root').root,
    screeningRoot: need('screening-root').root,
  };
}
