import type { Layout, ServiceName } from './layout.ts';

/** What the services' configurations depend on beside the files. */
export interface InstanceOptions {
  readonly bank: string;
  readonly provingWorkers: number;
  /** Folder of the console's built pages, which the verifier serves. */
  readonly consoleDir?: string;
}

/**
 * What the supervisor starts: the services in order with their configurations, in which `{{nats.url}}`,
 * `{{nats.monitorUrl}}` and `{{address.NAME}}` are filled in at each start.
 */
export interface InstanceDocument {
  readonly services: readonly {
    readonly name: ServiceName;
    /** Names of further ports it listens to; their addresses are `{{address.SERVICE.NAME}}`. */
    readonly alsoListens?: readonly string[];
    readonly config: Readonly<Record<string, unknown>>;
  }[];
}

const BUS = { servers: ['{{nats.url}}'], monitorUrls: ['{{nats.monitorUrl}}'] };
/** Applications that may wait for a prover before it asks for patience. */
const QUEUE_LIMIT = 64;

/** The configurations of a deployment's services on one machine, over loopback. */
export function instanceDocument(
  layout: Layout,
  { bank, provingWorkers, consoleDir }: InstanceOptions,
): InstanceDocument {
  const { bank: bankFiles, regulator, state, sets, trustFile } = layout;
  const proving = { workers: provingWorkers, queueLimit: QUEUE_LIMIT };
  const verifier = '{{address.verifier}}';
  return {
    services: [
      {
        name: 'verifier',
        alsoListens: ['http'],
        config: {
          dir: state.verifier,
          trustFile,
          logKeyFile: regulator.logKey,
          listen: verifier,
          http: {
            listen: '{{address.verifier.http}}',
            tokensFile: regulator.tokens,
            ...(consoleDir !== undefined && { consoleDir }),
          },
          security: { kind: 'insecure-loopback' },
          bus: BUS,
          banks: [bank],
          allowDevelopmentKeys: true,
          pendingRetrySeconds: 1,
        },
      },
      {
        name: 'kyc-prover',
        config: {
          dir: state['kyc-prover'],
          listen: '{{address.kyc-prover}}',
          bank,
          bus: BUS,
          verifier,
          setsDir: sets,
          sealingKeyFile: bankFiles.kycSealingKey,
          fairnessKeyFile: bankFiles.fairnessSealingPublicKey,
          envelopeKeyFile: bankFiles.envelopeKey,
          proving,
          allowDevelopmentKeys: true,
        },
      },
      {
        name: 'fairness-prover',
        config: {
          dir: state['fairness-prover'],
          listen: '{{address.fairness-prover}}',
          bank,
          bus: BUS,
          verifier,
          sealingKeyFile: bankFiles.fairnessSealingKey,
          envelopeKeyFile: bankFiles.envelopeKey,
          proving: { workers: 1, queueLimit: QUEUE_LIMIT },
          allowDevelopmentKeys: true,
        },
      },
      {
        name: 'gateway',
        config: {
          dir: state.gateway,
          listen: '{{address.gateway}}',
          bank,
          bus: BUS,
          verifier,
          kycProver: '{{address.kyc-prover}}',
          fairnessProver: '{{address.fairness-prover}}',
        },
      },
    ],
  };
}
