import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Addresses, ServiceSpec, StackOptions } from './stack.ts';

/**
 * An instance that was prepared: the file `instance.json` in its folder. In the configurations, texts may hold
 * `{{nats.url}}`, `{{nats.monitorUrl}}` and `{{address.NAME}}`, which are filled in at each start.
 */
export interface Instance {
  readonly services: readonly InstanceService[];
  /** Fixed addresses by name, `host:port`. */
  readonly addresses?: Readonly<Record<string, string>>;
  readonly nats?: { readonly port?: number; readonly monitorPort?: number };
}

/** A service of an instance, in the order of starting. */
export interface InstanceService {
  readonly name: string;
  readonly alsoListens?: readonly string[];
  readonly config: unknown;
}

/** Reads the instance in `dir`; `undefined` when none was prepared. */
export function readInstance(dir: string): StackOptions | undefined {
  const text = readIfThere(join(dir, 'instance.json'));
  if (text === undefined) return undefined;
  const { services, ...rest } = JSON.parse(text) as Instance;
  return { dir, services: services.map(specOf), ...rest };
}

function specOf({ config, ...service }: InstanceService): ServiceSpec {
  return { ...service, config: (addresses) => filledIn(config, addresses) };
}

/** `template` with every placeholder replaced; one that names nothing is an error. */
export function filledIn(template: unknown, addresses: Addresses): unknown {
  if (typeof template === 'string')
    return template.replaceAll(/\{\{([^}]*)\}\}/g, (_, name: string) => addressNamed(name, addresses));
  if (Array.isArray(template)) return template.map((item) => filledIn(item, addresses));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, filledIn(value, addresses)]));
}

function addressNamed(name: string, { nats, services }: Addresses): string {
  if (name === 'nats.url') return nats.url;
  if (name === 'nats.monitorUrl') return nats.monitorUrl;
  const address = name.startsWith('address.') ? services[name.slice('address.'.length)] : undefined;
  if (address === undefined) throw new Error(`instance.json asks for {{${name}}}, which this stack does not have`);
  return address;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
