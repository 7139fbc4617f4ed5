import { createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { GatewayClient, VerifierClient } from '@assay/client';
import {
  compileRules,
  createDeployment,
  type Deployment,
  documentHash,
  type Rules,
  type RulesInput,
  ruleRegistrations,
  submitRegistrations,
} from '@assay/deployment';
import { startTelemetry, type Telemetry } from '@assay/telemetry';
import { TraceCollector } from '@assay/testkit';
import type { Stack } from '../../infra/supervisor/index.ts';
import { consoleFolder } from '../../tools/setup/console.ts';
import type { BankContext } from './bank-backend.ts';
import { type Dataset, fourFifths } from './dataset.ts';
import { startDemoStack } from './stack.ts';

/** The bank of the demo. */
export const BANK = 'meridian';

/** How a scene is set. */
export interface SceneOptions {
  /** Folder of everything; emptied first. */
  readonly dir: string;
  readonly dataset: Dataset;
  /** Fewest intakes of a window. */
  readonly tMin: number;
  readonly limits?: Pick<
    RulesInput,
    'closingDeadlineSeconds' | 'withdrawalCeilingPermille' | 'referralCeilingPermille'
  >;
  /** Services to start; all of them unless given. */
  readonly only?: readonly string[];
  /** Document numbers on the regulator's screening list. */
  readonly screened?: readonly string[];
}

/** A bank, its regulator and the issuers with everything running and the rules registered; a model is not yet. */
export interface Scene extends AsyncDisposable {
  readonly dir: string;
  readonly dataset: Dataset;
  readonly deployment: Deployment;
  readonly rules: Rules;
  readonly stack: Stack;
  readonly collector: TraceCollector;
  /** Traces of this process, the bank's backend. */
  readonly telemetry: Telemetry;
  readonly bank: BankContext;
}

/** Makes the deployment, starts NATS and the services, registers the rules. What they write goes to files below `logs`. */
export async function openScene(options: SceneOptions): Promise<Scene> {
  const { dir, dataset, tMin, limits, only, screened = ['X-ON-THE-LIST'] } = options;
  rmSync(dir, { recursive: true, force: true });
  const scope = `${BANK}/${dataset.product}/demo`;
  const consoleDir = consoleFolder();
  const deployment = await createDeployment(dir, {
    bank: BANK,
    schemas: [dataset.schema],
    screenedDocuments: screened.map(documentHash),
    revokedCredentials: [1n],
    ...(consoleDir !== undefined && { consoleDir }),
  });
  const { publicKey } = deployment.tableKey;
  const fairnessPolicy = fourFifths(dataset.rules.partitions, [String(publicKey.x), String(publicKey.y)], tMin);
  const rules = compileRules({ scope, ...dataset.rules, fairnessPolicy, ...limits });

  await using cleanup = new AsyncDisposableStack();
  const collector = cleanup.use(await TraceCollector.start());
  const telemetry = cleanup.use(startTelemetry({ service: 'bank', otlpEndpoint: collector.endpoint }));
  const onLine = logFiles(join(dir, 'logs'));
  const stack = cleanup.use(
    await startDemoStack(dir, { otlpEndpoint: collector.endpoint, onLine, ...(only && { only }) }),
  );
  const { services } = stack.addresses;
  const connect = (name: string) =>
    ({
      // A service that this scene does without: nobody listens on port 1.
      address: services[name] ?? '127.0.0.1:1',
      security: { kind: 'insecure-loopback' },
      defaultDeadlineMs: 20_000,
    }) as const;
  const verifier = cleanup.use(new VerifierClient(connect('verifier')));
  const gateway = cleanup.use(new GatewayClient(connect('gateway')));
  await submitRegistrations(verifier, await ruleRegistrations(deployment, rules));
  const { issuerTool, trust } = deployment;
  const bank = { gateway, verifier, trust, issuerTool, bank: BANK, scope, schema: dataset.schema };
  const resources = cleanup.move();
  return {
    ...{ dir, dataset, deployment, rules, stack, collector, telemetry, bank },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** A file a process, with every line that it writes. */
function logFiles(dir: string): (from: string, line: string) => void {
  mkdirSync(dir, { recursive: true });
  const files = new Map<string, NodeJS.WritableStream>();
  return (from, line) => {
    const file = files.get(from) ?? createWriteStream(join(dir, `${from}.log`), { flags: 'a', mode: 0o600 });
    files.set(from, file);
    file.write(`${line}\n`);
  };
}
