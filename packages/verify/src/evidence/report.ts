import { VERDICTS, type Verdict } from '@assay/statements';
import type { SignedCheckpoint } from '@assay/tlog';
import { bytesToHex } from '@noble/hashes/utils.js';
import { type Finding, findings } from '../findings.ts';
import type { Cosigner } from '../head.ts';
import type { Ledger } from '../ledger.ts';
import type { ArchivedFairness } from '../scope-book.ts';
import { expectedTally } from '../slot-account.ts';
import type { Trust } from '../trust.ts';
import type { Window, WindowCounts, WindowState } from '../windows.ts';
import type { Evidence } from './evidence.ts';
import type { RemovedEnvelopes } from './removed-envelopes.ts';
import type { LeftOut } from './selection.ts';

/** What a bundle shows, once everything in it fits. */
export interface EvidenceReport {
  readonly log: { readonly origin: string; readonly size: number; readonly root: string };
  readonly keyClass: Trust['keyClass'];
  /** Trusted log witnesses that cosigned the checkpoint. */
  readonly cosigners: readonly Cosigner[];
  readonly scope: string;
  readonly window: number;
  readonly state: WindowState;
  /** The range of entries, whole: `from` to `to - 1`. */
  readonly from: number;
  readonly to: number;
  /** Whether the range begins with the scope, so that no intake of it is older. */
  readonly wholeScope: boolean;
  readonly registrations: number;
  /** Statements whose proofs were verified. */
  readonly proofs: number;
  /** The window's intakes; absent where its envelopes were removed. */
  readonly counts?: WindowCounts;
  /** Total and tally of the window's closings, added up here: coordinates in decimal; absent where its envelopes were removed. */
  readonly total?: number;
  readonly tally?: readonly [string, string];
  readonly removed: RemovedEnvelopes;
  readonly fairness: readonly FairnessReport[];
  readonly findings: readonly Finding[];
  readonly leftOut: LeftOut & { readonly rejected: number };
  readonly established: readonly string[];
  readonly assumptions: readonly string[];
  readonly notEstablished: readonly string[];
}

/** One fairness statement of the window. */
export interface FairnessReport {
  readonly index: number;
  readonly closings: 'all' | 'manual';
  /** Verdict of each partition by name. */
  readonly verdicts: Readonly<Record<string, Verdict>>;
}

/** What the checks came to. */
export interface Checked {
  readonly evidence: Evidence;
  readonly trust: Trust;
  readonly head: SignedCheckpoint;
  readonly cosigners: readonly Cosigner[];
  readonly ledger: Ledger;
  readonly window: Window;
  /** Receipt time of the last entry. */
  readonly now: number;
  readonly proofs: number;
  readonly registrations: number;
  readonly rejected: number;
  readonly wholeScope: boolean;
  readonly leftOut: LeftOut;
  readonly removed: RemovedEnvelopes;
  /** Sizes of the checkpoints that were seen elsewhere. */
  readonly seen: readonly number[];
}

/** The report on a bundle that passed every check. */
export function reportOf(checked: Checked): EvidenceReport {
  const { evidence, trust, head, ledger, window, now, proofs, registrations, rejected, wholeScope, leftOut } = checked;
  const { scope, from, to } = evidence;
  const inWindow = new Set(window.intakes.map(({ index }) => index));
  const report = {
    log: { origin: head.origin, size: head.size, root: bytesToHex(head.root) },
    keyClass: trust.keyClass,
    cosigners: checked.cosigners,
    ...{ scope, window: window.window, state: window.state, from, to, wholeScope, registrations },
    ...{ proofs, removed: checked.removed },
    ...(window.state !== 'PRUNED' && addedUp(window)),
    fairness: ledger
      .fairness(scope)
      .filter((one) => one.window === window.window)
      .map((one) => fairnessReport(one, ledger)),
    findings: findings(ledger, now).filter((found) =>
      found.index === undefined ? found.window === window.window : inWindow.has(found.index),
    ),
    leftOut: { ...leftOut, rejected },
  };
  return {
    ...report,
    established: established(report),
    assumptions: assumptions(report),
    notEstablished: notEstablished(report, checked),
  };
}

function addedUp(window: Window) {
  const { total, tally } = expectedTally(window, false);
  return { counts: window.counts, total, tally: [String(tally.x), String(tally.y)] as const };
}

function fairnessReport(
  { index, manualOnly, partitionsHash, verdicts }: ArchivedFairness,
  ledger: Ledger,
): FairnessReport {
  const { partitions } = ledger.registry.partitions(partitionsHash)!.document;
  return {
    index,
    closings: manualOnly ? 'manual' : 'all',
    verdicts: Object.fromEntries(partitions.map(({ name }, p) => [name, VERDICTS[verdicts[p]!]!])),
  };
}

type Facts = Omit<EvidenceReport, 'established' | 'assumptions' | 'notEstablished'>;

function established({
  log,
  from,
  to,
  registrations,
  proofs,
  counts,
  fairness,
  window,
  scope,
  wholeScope,
  cosigners,
  removed,
}: Facts): string[] {
  return [
    `the log ${log.origin} had ${log.size} entries with the root that its key signed, and the entries ${from} to ${to - 1} are here, all of them, in its order`,
    ...cosigners.map(
      ({ name, at }) =>
        `the log witness ${name} cosigned that tree at ${new Date(at).toISOString()}: it contains every tree of this log that it had cosigned before`,
    ),
    `all ${registrations} registrations before entry ${to} are here, each signed by its authority; documents compile to the hashes that are in force`,
    `${proofs} proofs verify under the pinned keys; each statement is signed by the bank and fits the rules that were in force when its intake was admitted`,
    ...(counts === undefined
      ? [
          `the log's operator removed the envelopes of window ${window} of ${scope} ${timesOf(removed)}, and signed a record of it: ${kindsOf(removed)}; their entries are here, with digest, time and place`,
        ]
      : [
          `window ${window} of ${scope} has ${counts.intakes} intakes: ${counts.withdrawn} withdrawn, ${counts.manual} decided by a person, ${counts.open} open`,
        ]),
    ...fairness.map(({ index, closings }) =>
      counts === undefined
        ? `the fairness statement of entry ${index} is signed by the bank and its proof verifies, for some sum`
        : `the fairness statement of entry ${index} opens the sum of ${closings === 'all' ? 'all closings' : 'the manual closings'} of these intakes, which was added up here: none is missing from it, none was added`,
    ),
    ...(wholeScope && counts !== undefined
      ? [
          'no applicant, nullifier or financial credential was used twice in the scope, and the window begins where the one before it ends',
        ]
      : []),
  ];
}

/** `2 eligibility, 1 decision`. */
function kindsOf({ kinds }: RemovedEnvelopes): string {
  return Object.entries(kinds)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ');
}

function timesOf({ at }: RemovedEnvelopes): string {
  return `on ${at.map((time) => new Date(time).toISOString()).join(' and ')}`;
}

function assumptions({ keyClass, leftOut }: Facts): string[] {
  return [
    'the trust file is right: keys of the log and of the authorities, and verification keys from a setup of which one secret was destroyed',
    ...(keyClass === 'development'
      ? [
          'INSECURE: the verification keys are development keys, whose secrets are public: anybody can prove anything under them',
        ]
      : []),
    'the cryptography holds (threat model, section 7), and the attributes that issuers signed are true',
    'the clock of the log was right, and it computed registryHead as the rules say: verify-archive checks that against the whole log',
    ...(leftOut.otherBanks > 0
      ? [
          `${leftOut.otherBanks} entries of the range are of other banks, as their leaves say: verify-archive checks that`,
        ]
      : []),
  ];
}

function notEstablished(facts: Facts, { seen }: Checked): string[] {
  const { from, to, log, leftOut, wholeScope, cosigners, window, counts, removed } = facts;
  return [
    ...(counts === undefined
      ? [
          `what the removed envelopes of window ${window} said, whether their proofs verified and they kept the rules, what they add up to and so whether a fairness statement opens that, and whether they used an applicant, nullifier or credential again: the log's operator accepted them, and nobody can look again`,
          `whether their retention had ended: that they were of the class ${removed.classes.join(', ')} is the operator's word`,
        ]
      : []),
    ...(removed.others > 0
      ? [`what ${removed.others} entries of the range said, whose envelopes were removed with other windows`]
      : []),
    ...(wholeScope
      ? []
      : [
          `whether an applicant, nullifier or credential of the window was used before entry ${from}, and that the window before this one ends where this one begins`,
        ]),
    'whether a financial credential or an applicant commitment was used in another scope',
    ...(to < log.size ? [`what the entries from ${to} on say`] : []),
    ...(leftOut.earlier > 0
      ? [
          `what ${leftOut.earlier} entries of the range say about intakes and windows from before it: they were not checked`,
        ]
      : []),
    ...(leftOut.rejected > 0
      ? [`whether ${leftOut.rejected} rejected entries were rightly rejected: their envelopes are not kept`]
      : []),
    ...seen
      .filter((size) => size !== log.size)
      .map(
        (size) =>
          `whether the tree of ${size} entries that was seen elsewhere is of the same log: that takes a consistency proof`,
      ),
    ...(seen.includes(log.size)
      ? []
      : [
          `whether the log shows this tree to everybody${cosigners.length > 0 ? ' who relies on none of these log witnesses' : ''}`,
        ]),
    'that everybody who applied was admitted; that a verdict means what the law asks: a PASS is evidence under a stated policy',
  ];
}
