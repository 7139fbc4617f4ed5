import { bankOfScope, expectedTally, isOverdue, type Window } from '@assay/verify';
import type { Archivist } from '../archivist.ts';
import { findByIndex } from '../statement-index.ts';
import { timeJson, verdictsJson } from './statement-json.ts';

/** A window as `Window` of the contract: sizes and verdicts. Its intakes are not gone through. */
export function windowJson(archivist: Archivist, window: Window, isLate: (window: Window) => boolean) {
  const { scope, counts } = window;
  const { intakes, open, referred, manual, withdrawn } = counts;
  const self = `/v1/windows/${scope}/${window.window}`;
  const rules = archivist.ledger.registry.scope(scope);
  const share = (count: number, ceilingPermille: number | undefined) => ({
    count,
    of: intakes,
    ...(ceilingPermille !== undefined && { ceilingPermille }),
    over: ceilingPermille !== undefined && count * 1000 > intakes * ceilingPermille,
  });
  const pinned = window.firstIntake?.pin.scope ?? rules;
  return {
    bank: bankOfScope(scope),
    scope,
    number: window.window,
    firstSlot: window.accounts[0]!.slot.slot,
    from: timeJson(window.from),
    to: timeJson(window.to),
    state: window.state.toLowerCase(),
    overdue: open > 0 && isLate(window),
    totals: { intakes, open, closed: intakes - open, referred, manual, withdrawn },
    referrals: share(referred, pinned?.referralCeilingPermille),
    withdrawals: share(withdrawn, pinned?.withdrawalCeilingPermille),
    fairness: fairnessJson(archivist, window),
    links: {
      self,
      closings: `${self}/closings`,
      statements: `/v1/statements?scope=${encodeURIComponent(scope)}&window=${window.window}`,
    },
  };
}

/** A window as `WindowDetail` of the contract. */
export function windowDetailJson(archivist: Archivist, window: Window, isLate: (window: Window) => boolean) {
  const pinned = window.firstIntake?.pin.scope;
  const point = (manualOnly: boolean) => {
    const { x, y } = expectedTally(window, manualOnly).tally;
    return { x: String(x), y: String(y) };
  };
  return {
    ...windowJson(archivist, window, isLate),
    tally: point(false),
    manualTally: point(true),
    ...(pinned && {
      rules: {
        schemaId: String(pinned.schemaId),
        policyHash: String(pinned.policyHash),
        partitionsHash: String(pinned.partitionsHash),
        fairnessPolicyHash: String(pinned.fairnessPolicyHash),
        closingDeadlineSeconds: pinned.closingDeadlineSeconds,
        minimumTotal: archivist.ledger.registry.fairnessPolicy(pinned.fairnessPolicyHash)!.document.tMin,
      },
    }),
    treeSize: archivist.archive.size,
  };
}

/** Whether a window of a scope has an intake that is open past its deadline: looks at the open ones once, for all windows. */
export function lateWindows({ ledger }: Archivist, scope: string, now: number): (window: Window) => boolean {
  const times: number[] = [];
  for (const intake of ledger.openIntakes(scope)) if (isOverdue(intake, now)) times.push(intake.receivedAt);
  return ({ from, to }) => times.some((time) => time >= from && time < to);
}

function fairnessJson(archivist: Archivist, { scope, window }: Window) {
  const proved = archivist.ledger.fairness(scope).filter((known) => known.window === window);
  return proved.map(({ index, manualOnly, partitionsHash, verdicts }) => {
    const { digest, receivedAt } = findByIndex(archivist.index.db, index)!;
    return {
      closings: manualOnly ? 'manual' : 'all',
      index,
      digest,
      receivedAt: timeJson(receivedAt),
      verdicts: verdictsJson(archivist, partitionsHash, verdicts),
    };
  });
}
