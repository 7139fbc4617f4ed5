import { type verifier, window as windows } from '@assay/contracts';
import { randomScalar } from '@assay/field';
import { type RpcClient, RpcError } from '@assay/rpc';
import { parseSchema } from '@assay/schema';
import {
  compileFairnessPolicy,
  compilePartitions,
  type FairnessClaim,
  type FairnessPolicy,
  fairnessClaim,
  openingTally,
  type Partitions,
  type TallyOpening,
} from '@assay/statements';
import type { ProofContext } from '@assay/verify';
import type { NamedVerdict, Task } from './operation.ts';
import { OperationFailure } from './operation-failure.ts';
import { type RegistryClient, readRegistry, registered } from './registry-reader.ts';

type FairnessTask = Extract<Task, { kind: 'fairness' }>;

/** A client of the verifier's archive. */
export type VerifierClient = RpcClient<typeof verifier.VerifierServiceService>;

/** A claim that is ready to be proved, with its encrypted table. */
export interface FairnessWork {
  readonly statement: 'fairness';
  readonly claim: FairnessClaim;
  readonly context: ProofContext;
  readonly identity: string;
  readonly verdicts: readonly NamedVerdict[];
}

const { READY, PROVED } = windows.WindowState;

/**
 * Builds the claim about a window, after comparing the sums with what the verifier computed from its own archive: sums
 * that do not open that tally would be refused, and say that an opening is lost or altered.
 *
 * @throws OperationFailure `WINDOW_UNKNOWN`, `WINDOW_NOT_READY`, `TALLY_MISMATCH`, `NOTHING_IN_FORCE`
 */
export async function prepareFairness(
  task: FairnessTask,
  opening: TallyOpening,
  bank: string,
  clients: { readonly verifier: VerifierClient; readonly registry: RegistryClient },
): Promise<FairnessWork> {
  const { scope, number, manualOnly } = task;
  const window = await readWindow(clients.verifier, task);
  requireTally(window, manualOnly, opening);
  const { policy, partitions } = await pinnedPolicy(task, clients);
  const claim = fairnessClaim(policy, opening, randomScalar());
  return {
    statement: 'fairness',
    claim,
    context: { bank, scope, window: number, closings: manualOnly ? 'manual' : 'all' },
    identity: `fairness:${scope}:${number}:${manualOnly ? 'manual' : 'all'}`,
    verdicts: claim.verdicts.map((verdict, p) => ({
      name: partitions.document.partitions[p]?.name ?? '',
      verdict,
    })),
  };
}

async function readWindow(client: VerifierClient, { scope, number }: FairnessTask): Promise<verifier.Window> {
  const { window } = await client.call.getWindow({ scope, number }).catch((error: unknown) => {
    if (!(error instanceof RpcError) || error.code !== 'NOT_FOUND') throw error;
    throw new OperationFailure('NOT_FOUND', 'WINDOW_UNKNOWN', 'the scope has no window of this number');
  });
  if (window?.state === READY || window?.state === PROVED) return window;
  throw new OperationFailure('FAILED_PRECONDITION', 'WINDOW_NOT_READY', 'the window is open, or has an open intake');
}

function requireTally(window: verifier.Window, manualOnly: boolean, opening: TallyOpening): void {
  const { totals } = window;
  const expected = manualOnly ? window.manualTally : window.tally;
  if (totals === undefined || expected === undefined) throw tallyMismatch();
  const total = manualOnly ? totals.manual : totals.intakes - totals.withdrawn;
  const sumsToTotal = (row: readonly number[]): boolean => BigInt(row.reduce((sum, size) => sum + size, 0)) === total;
  const { x, y } = openingTally(opening);
  if (!opening.sizes.every(sumsToTotal) || String(x) !== expected.x || String(y) !== expected.y) throw tallyMismatch();
}

/** What the window's intakes are pinned to: what was in force when the first of them was admitted. */
async function pinnedPolicy(
  { scope, number }: FairnessTask,
  clients: { readonly verifier: VerifierClient; readonly registry: RegistryClient },
): Promise<{ policy: FairnessPolicy; partitions: Partitions }> {
  const request = { scope, number, manualOnly: false, pageSize: 1, pageToken: '' };
  const [first] = (await clients.verifier.call.listClosings(request)).closings;
  if (first === undefined) {
    throw new OperationFailure('FAILED_PRECONDITION', 'WINDOW_NOT_READY', 'the window has no intake');
  }
  const registrations = await readRegistry(clients.registry, scope, first.intakeIndex);
  const { schemaId } = registered(registrations, 'scope');
  const schema = registrations
    .all('schema')
    .map(({ document }) => parseSchema(document))
    .find(({ id }) => id === schemaId);
  if (schema === undefined) {
    throw new OperationFailure('FAILED_PRECONDITION', 'NOTHING_IN_FORCE', "the scope's schema is not registered");
  }
  const partitions = compilePartitions(registered(registrations, 'partitions').document, schema);
  return {
    policy: compileFairnessPolicy(registered(registrations, 'fairness-policy').document, partitions),
    partitions,
  };
}

function tallyMismatch(): OperationFailure {
  return new OperationFailure(
    'FAILED_PRECONDITION',
    'TALLY_MISMATCH',
    "the sums do not open the tally that the verifier computed from the window's closings",
  );
}
