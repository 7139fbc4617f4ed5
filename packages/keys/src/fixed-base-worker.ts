// A thread of fixed-base-pool.ts: multiplies generators by the scalars that it is sent, one message after the other.
import { parentPort, workerData } from 'node:worker_threads';
import type { CurveCode, Group } from './curve-module.ts';
import { FixedBaseTable } from './fixed-base-table.ts';

const curve = workerData as CurveCode;

const tables = new Map<Group, FixedBaseTable>();

parentPort?.on('message', async ({ group, scalars }: { group: Group; scalars: Uint8Array }) => {
  const table = tables.get(group) ?? (await FixedBaseTable.build(curve, group));
  tables.set(group, table);
  const points = table.multiply(scalars);
  parentPort?.postMessage(points, [points.buffer]);
});
