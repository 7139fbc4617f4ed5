import { readInstance, type Stack, type StackOptions, startStack } from '../../infra/supervisor/index.ts';

/** What a run may say about its stack. */
export interface DemoStackOptions {
  /** Where spans are sent. */
  readonly otlpEndpoint: string;
  /** Services to start; all of the instance unless given. */
  readonly only?: readonly string[];
  /** Gets each line that the processes write. */
  readonly onLine?: (from: string, line: string) => void;
}

/** Starts NATS and the services of the instance in `dir`, on free ports, with traces switched on. */
export async function startDemoStack(dir: string, { otlpEndpoint, only, onLine }: DemoStackOptions): Promise<Stack> {
  const instance = readInstance(dir);
  if (instance === undefined) throw new Error(`no instance is prepared in ${dir}`);
  const services: StackOptions['services'] = instance.services
    .filter(({ name }) => only?.includes(name) ?? true)
    .map((spec) => ({
      ...spec,
      config: (addresses) => ({ ...(spec.config(addresses) as object), otlpEndpoint }),
    }));
  return await startStack({ ...instance, services, ownGroups: true, ...(onLine && { onLine }) });
}
