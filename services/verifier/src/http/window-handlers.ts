import { type Handler, HttpProblem, type Input, json } from '@assay/http';
import { bankOfScope, type Window } from '@assay/verify';
import type { Archivist } from '../archivist.ts';
import { allFindings, findingJson } from './finding-list.ts';
import { pageOf } from './paging.ts';
import { intakeJson } from './statement-detail.ts';
import { lateWindows, windowDetailJson, windowJson } from './window-json.ts';

/** Windows, the intakes in them, and findings: computed from the ledger while nothing in it is on its way to the disk. */
export function windowHandlers(archivist: Archivist, pendingDeadlineMs: number) {
  return {
    listWindows: (input) =>
      archivist.view(() => {
        const states = input.texts('state');
        const all = scopesOf(archivist, input).flatMap((scope) => {
          const now = archivist.now();
          const isLate = lateWindows(archivist, scope, now);
          const isWanted = (window: Window): boolean =>
            states.length === 0 ||
            states.includes(window.state.toLowerCase()) ||
            (states.includes('overdue') && isLate(window));
          const windows = archivist.ledger.windows(scope, now).reverse().filter(isWanted);
          return windows.map((window) => ({ window, isLate }));
        });
        const { page, next } = pageOf(all, input);
        return json({ windows: page.map(({ window, isLate }) => windowJson(archivist, window, isLate)), ...next });
      }),
    getWindow: (input) =>
      archivist.view(() => {
        const window = findWindow(archivist, input);
        return json(windowDetailJson(archivist, window, lateWindows(archivist, window.scope, archivist.now())));
      }),
    listClosings: (input) =>
      archivist.view(() => {
        const { intakes } = findWindow(archivist, input);
        const ending = input.optionalText('ending');
        const chosen =
          ending === undefined ? intakes : intakes.filter(({ closing }) => (closing?.kind ?? 'open') === ending);
        const { page, next } = pageOf(chosen, input);
        const now = archivist.now();
        return json({ closings: page.map((intake) => intakeJson(intake, now)), ...next });
      }),
    listFindings: (input) =>
      archivist.view(() => {
        const codes = input.texts('code');
        const all = allFindings(archivist, scopesOf(archivist, input), input, pendingDeadlineMs);
        const counts: Record<string, number> = {};
        for (const { code } of all) counts[code] = (counts[code] ?? 0) + 1;
        const chosen = codes.length === 0 ? all : all.filter(({ code }) => codes.includes(code));
        const { page, next } = pageOf(chosen, input);
        return json({ counts, findings: page.map(findingJson), ...next });
      }),
  } satisfies Readonly<Record<string, Handler>>;
}

function scopesOf(archivist: Archivist, input: Input): readonly string[] {
  const [bank, scope] = [input.optionalText('bank'), input.optionalText('scope')];
  return archivist.ledger.registry
    .scopes()
    .map((known) => known.scope)
    .filter((name) => (scope === undefined || name === scope) && (bank === undefined || bankOfScope(name) === bank));
}

function findWindow(archivist: Archivist, input: Input): Window {
  const scope = (['bank', 'product', 'period'] as const).map((part) => input.text(part)).join('/');
  const number = input.integer('number');
  const found = archivist.ledger.windows(scope, archivist.now()).find(({ window }) => window === number);
  if (found === undefined) throw new HttpProblem('not-found', 'there is no such window');
  return found;
}
