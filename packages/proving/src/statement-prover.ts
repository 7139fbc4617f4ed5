import { encodeProof, type ProvingEngine, type Stage } from '@assay/groth16';
import type { PinnedVerificationKey } from '@assay/keys';
import { type Claim, encodeSignals, type SignalsOf, type StatementKind } from '@assay/statements';
import { withSpan } from '@assay/telemetry';
import { type Envelope, type ProofContext, type Signer, sealEnvelope } from '@assay/verify';
import { type Context, context, SpanKind, trace } from '@opentelemetry/api';
import { ProvingError } from './error.ts';

/** Hashes of verification keys, by circuit. */
export type PinnedKeys = Readonly<Record<string, Pick<PinnedVerificationKey, 'verificationKeyHash'>>>;

/** Turns claims into signed envelopes. */
export class StatementProver {
  readonly #engine: ProvingEngine;
  readonly #keys: PinnedKeys;
  readonly #signer: Signer;

  /** @param keys by circuit */
  constructor(engine: ProvingEngine, keys: PinnedKeys, signer: Signer) {
    this.#engine = engine;
    this.#keys = keys;
    this.#signer = signer;
  }

  /**
   * Proves a claim and signs what was proved.
   *
   * @throws Groth16Error as `ProvingEngine.prove`; ProvingError `SIGNALS_DIFFER` where claim and circuit contradict each other,
   * `CIRCUIT_MISSING`
   */
  async prove<K extends StatementKind>(
    statement: K,
    claim: Claim<SignalsOf<K>>,
    place: ProofContext,
  ): Promise<Envelope> {
    const { circuit } = claim;
    const key = this.#keys[circuit];
    if (key === undefined) throw new ProvingError('CIRCUIT_MISSING', `there is no key for ${circuit} here`);
    return await withSpan(
      'statement',
      { attributes: { 'assay.statement': statement, 'assay.circuit': circuit } },
      async () => {
        const queuedAt = Date.now();
        // Stages are told from where the engine works, which is in no trace.
        const parent = context.active();
        let firstStageAt: number | undefined;
        const { proof, publicSignals } = await this.#engine.prove(circuit, claim.input, {
          onStage: (stage, startNs, endNs) => {
            firstStageAt ??= Number(startNs / 1_000_000n);
            if (stage === 'witness') stageSpan('queue', parent, queuedAt, firstStageAt);
            stageSpan(stage, parent, Number(startNs) / 1e6, Number(endNs) / 1e6);
          },
        });
        const expected = encodeSignals(statement, claim.signals);
        if (expected.some((signal, i) => signal !== publicSignals[i]))
          throw new ProvingError('SIGNALS_DIFFER', 'the circuit proved other signals than the claim has');
        return await sealEnvelope(
          {
            type: 'proof',
            statement,
            circuit,
            verificationKey: key.verificationKeyHash,
            publicSignals,
            context: place,
          },
          encodeProof(proof),
          this.#signer,
        );
      },
    );
  }
}

/** A span for a stage that is over already. Times are milliseconds since 1970. */
function stageSpan(name: Stage | 'queue', parent: Context, startMs: number, endMs: number): void {
  const span = trace
    .getTracer('@assay/proving')
    .startSpan(name, { kind: SpanKind.INTERNAL, startTime: startMs }, parent);
  span.end(Math.max(startMs, endMs));
}
