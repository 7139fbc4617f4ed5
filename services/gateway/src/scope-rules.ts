import { verifier } from '@assay/contracts';
import { RpcError } from '@assay/rpc';
import { parseSchema, type Schema } from '@assay/schema';
import { parseEnvelope, parseRegistration } from '@assay/verify';
import type { Clients } from './clients.ts';

/** What the gateway has to know of a scope: that it can be applied in, and its schema. */
export interface ScopeRules {
  readonly schema: Schema;
}

/** Rules are read again after this. What counts in the end is what the prover and the verifier find in force. */
const FRESH_MS = 5_000;

/** The rules of scopes, as the registry has them. */
export class ScopeReader {
  readonly #registry: Clients['registry'];
  readonly #known = new Map<string, { readonly rules: ScopeRules; readonly at: number }>();

  constructor(registry: Clients['registry']) {
    this.#registry = registry;
  }

  /**
   * The rules of a scope; `undefined` while the registry cannot be asked and was not asked before: an application is then
   * taken on its form alone, and the prover decides.
   *
   * @throws RpcError `FAILED_PRECONDITION` when nothing is in force
   */
  async rules(scope: string): Promise<ScopeRules | undefined> {
    const known = this.#known.get(scope);
    if (known !== undefined && performance.now() - known.at < FRESH_MS) return known.rules;
    try {
      const { registrations } = await this.#registry.call.getInForce({ scope }, { deadlineMs: 2_000 });
      const rules = readRules(registrations);
      this.#known.set(scope, { rules, at: performance.now() });
      return rules;
    } catch (error) {
      if (error instanceof RpcError && error.remote && error.code === 'NOT_FOUND') throw nothingInForce('scope');
      if (error instanceof RpcError && error.remote) return known?.rules;
      throw error;
    }
  }
}

function readRules(registrations: readonly verifier.Registration[]): ScopeRules {
  const { SCOPE, MODEL, SCHEMA } = verifier.RegistrationKind;
  const bodies = (wanted: verifier.RegistrationKind) =>
    registrations
      .filter(({ kind }) => kind === wanted)
      .flatMap(({ envelope }) => {
        const { predicate } = parseEnvelope(envelope);
        return predicate.type === 'registration' ? [parseRegistration(predicate.kind, predicate.body)] : [];
      });
  const [scope] = bodies(SCOPE);
  if (scope?.kind !== 'scope') throw nothingInForce('scope');
  if (bodies(MODEL).length === 0) throw nothingInForce('model');
  const schema = bodies(SCHEMA)
    .flatMap((body) => (body.kind === 'schema' ? [parseSchema(body.document)] : []))
    .find(({ id }) => id === scope.schemaId);
  if (schema === undefined) throw nothingInForce('schema');
  return { schema };
}

function nothingInForce(what: string): RpcError {
  return new RpcError('FAILED_PRECONDITION', `no ${what} is in force for the scope`, { reason: 'NOTHING_IN_FORCE' });
}
