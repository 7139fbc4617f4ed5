import type { VerifierClient } from '@assay/client';
import { type Deployment, type Rules, slotRegistration, submitRegistrations } from '@assay/deployment';
import { decodeSignals, decryptTable, tallyOf } from '@assay/statements';
import { parseEnvelope, parseTable } from '@assay/verify';

/** A group's row in the regulator's table. `hidden`: smaller than the policy lets even the regulator see. */
export interface TableRow {
  readonly partition: string;
  readonly group: string;
  readonly size: number;
  readonly approvals: number;
  readonly hidden: boolean;
}

/** Registers a slot of the scope. */
export async function registerSlot(
  client: VerifierClient,
  deployment: Deployment,
  slot: { readonly scope: string; readonly slot: number; readonly from: number; readonly to: number },
): Promise<void> {
  await submitRegistrations(client, [await slotRegistration(deployment, slot)]);
}

/**
 * Opens the table beside a fairness statement with the regulator's key.
 *
 * @throws Error when it does not open to what the statement says of it
 */
export async function openTable(
  client: VerifierClient,
  digest: Uint8Array,
  { tableKey }: Deployment,
  { partitions, fairnessPolicy }: Rules,
): Promise<TableRow[]> {
  const { envelope, table } = await client.getStatement({ digest });
  const { predicate } = parseEnvelope(envelope);
  const signals = predicate.type === 'proof' ? decodeSignals('fairness', predicate.publicSignals) : undefined;
  const ciphertext = parseTable(table);
  if (signals === undefined || ciphertext === undefined) throw new Error('the archive has no table for the statement');
  const cells = decryptTable(ciphertext, tableKey.secret, tallyOf(signals));
  const rows = partitions.document.partitions.flatMap(({ name, groups }, p) =>
    groups.map((group, g) => ({ partition: name, group, ...cells[p]![g]! })),
  );
  for (const { name } of partitions.document.partitions) {
    const own = rows.filter(({ partition }) => partition === name);
    const shown = own.reduce((sum, { size }) => sum + size, 0);
    const hidden = own.filter((row) => row.hidden).length;
    const rest = Number(signals.total) - shown;
    const fits = rest >= hidden && rest <= hidden * Math.max(0, fairnessPolicy.document.minCell - 1);
    if (!fits || own.some(({ size, approvals }) => approvals > size))
      throw new Error(`the table of ${name} does not open to the statement's total`);
  }
  return rows;
}
