import type { Layout, ServiceName } from './layout.ts';

/** What the services' configurations depend on beside the files. */
export interface InstanceOptions {
  readonly bank: string;
  readonly provingWorkers: number;
  /** The log's key, and the log witness's, as verifier keys. */
  readonly keys: { readonly log: string; readonly witness: string };
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

/** Name of the log witness's key, and in the trust file. */
export const WITNESS_NAME = 'witness.assay.demo/w1';

const BUS = { servers: ['{{nats.url}}'], monitorUrls: ['{{nats.monitorUrl}}'] };
/** Applications that may wait for a prover before it asks for patience. */
const QUEUE_LIMIT = 64;

/** The configurations of a deployment's services on one machine, over loopback. */
export function instanceDocument(
  layout: Layout,
  { bank, provingWorkers, keys, consoleDir }: InstanceOptions,
): InstanceDocument {
  const { bank: bankFiles, regulator, witness, state, sets, trustFile } = layout;
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
          witnesses: [{ verifierKey: keys.witness, url: 'http://{{address.log-witness}}' }],
          security: { kind: 'insecure-loopback' },
          bus: BUS,
          banks: [bank],
          allowDevelopmentKeys: true,
          pendingRetrySeconds: 1,
        },
      },
      {
        name: 'log-witness',
        config: {
          dir: state['log-witness'],
          keyFile: witness.key,
          name: WITNESS_NAME,
          listen: '{{address.log-witness}}',
          logs: [{ verifierKey: keys.log, url: 'http://{{address.verifier.http}}' }],
          pollSeconds: 2,
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
