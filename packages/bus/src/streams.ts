import {
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';
import { BusError } from './error.ts';
import { STREAM_LIMITS, type StreamKind, streamName } from './limits.ts';
import { bankToken, channelFilter } from './subjects.ts';

/** Server's code for adding a stream whose name is taken by another configuration. */
const NAME_IN_USE = 10058;

type CheckedConfig = Pick<
  StreamConfig,
  | 'subjects'
  | 'retention'
  | 'storage'
  | 'discard'
  | 'max_bytes'
  | 'max_age'
  | 'max_msg_size'
  | 'duplicate_window'
  | 'deny_delete'
  | 'deny_purge'
  | 'num_replicas'
>;

/**
 * Creates the four streams of a bank, or checks those that are there, field by field. A stream that differs is left as
 * it is: what changes limits is an operator's decision, made with the table at hand. Safe to call from several processes
 * at once. Errors: `BAD_SUBJECT`, `STREAM_MISMATCH` (naming stream and fields), and what the server refuses.
 */
export async function ensureStreams(manager: JetStreamManager, bank: string, replicas: number): Promise<void> {
  bankToken(bank);
  for (const kind of Object.keys(STREAM_LIMITS) as StreamKind[]) await ensureStream(manager, bank, kind, replicas);
}

async function ensureStream(
  manager: JetStreamManager,
  bank: string,
  kind: StreamKind,
  replicas: number,
): Promise<void> {
  const name = streamName(bank, kind);
  const wanted = configOf(bank, kind, replicas);
  const found = (await findStream(manager, name)) ?? (await addStream(manager, name, wanted));
  const fields = (Object.keys(wanted) as (keyof CheckedConfig)[]).filter((field) => !same(found[field], wanted[field]));
  if (fields.length === 0) return;
  throw new BusError('STREAM_MISMATCH', `the stream ${name} differs from the table of limits in: ${fields.join(', ')}`);
}

async function findStream(manager: JetStreamManager, name: string): Promise<StreamConfig | undefined> {
  try {
    return (await manager.streams.info(name)).config;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound) return undefined;
    throw error;
  }
}

async function addStream(manager: JetStreamManager, name: string, config: CheckedConfig): Promise<StreamConfig> {
  try {
    return (await manager.streams.add({ name, ...config })).config;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === NAME_IN_USE) {
      return (await manager.streams.info(name)).config;
    }
    const why = error instanceof JetStreamApiError ? `: ${error.message}` : '';
    throw new BusError('STREAM_MISSING', `the stream ${name} is absent and could not be made${why}`, { cause: error });
  }
}

function configOf(bank: string, kind: StreamKind, replicas: number): CheckedConfig {
  const limits = STREAM_LIMITS[kind];
  return {
    subjects: [channelFilter(bank, limits.channel)],
    retention: limits.retention === 'workqueue' ? RetentionPolicy.Workqueue : RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    max_bytes: limits.maxBytes,
    max_age: nanos(limits.maxAgeMs),
    max_msg_size: limits.maxMessageBytes,
    duplicate_window: nanos(limits.duplicateWindowMs),
    deny_delete: limits.immutable,
    deny_purge: limits.immutable,
    num_replicas: replicas,
  };
}

function same(found: unknown, wanted: unknown): boolean {
  return JSON.stringify(found) === JSON.stringify(wanted);
}
