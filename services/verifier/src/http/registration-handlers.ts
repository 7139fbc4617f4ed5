import { type Handler, HttpProblem, json } from '@assay/http';
import { type RegistrationPredicate, registrationName } from '@assay/verify';
import type { Archivist } from '../archivist.ts';
import type { ListedRegistration, RegistrationList } from '../registration-list.ts';
import { registrationsInForce } from '../registrations-in-force.ts';
import { pageOf } from './paging.ts';
import { find } from './statement-handlers.ts';
import { present, timeJson } from './statement-json.ts';

/** What authorities registered: the history, and what is in force. */
export function registrationHandlers(archivist: Archivist, list: RegistrationList) {
  const all = (): Promise<readonly ListedRegistration[]> => list.before(archivist.archive.size);
  return {
    listRegistrations: async (input) => {
      const kinds = input.texts('kind');
      const [bank, scope] = [input.optionalText('bank'), input.optionalText('scope')];
      const newestFirst = await all();
      const replaced = replacements(newestFirst);
      const wanted = newestFirst.filter(
        ({ row, registration }) =>
          (kinds.length === 0 || kinds.includes(registration.kind)) &&
          (bank === undefined || row.bank === bank) &&
          (scope === undefined || row.scope === scope),
      );
      const { page, next } = pageOf(wanted, input);
      return json({ registrations: page.map((one) => registrationJson(one, replaced)), ...next });
    },
    getRegistration: async (input) => {
      const row = find(archivist, input);
      const newestFirst = await all();
      const found = newestFirst.find((known) => known.row.index === row?.index);
      if (found === undefined) throw new HttpProblem('not-found', 'the archive has no such registration');
      return json(registrationJson(found, replacements(newestFirst)));
    },
    getInForce: async (input) => {
      const scope = input.text('scope');
      const at = input.optionalInteger('at') ?? archivist.archive.size;
      if (at > archivist.archive.size) throw new HttpProblem('not-found', 'the index lies beyond the log');
      const newestFirst = await list.before(at);
      const found = registrationsInForce(newestFirst, scope);
      if (found === undefined) throw new HttpProblem('not-found', 'no such scope is registered at this index');
      const replaced = replacements(await all());
      const registrations = found.registrations.map((one) => registrationJson(one, replaced));
      return json({ scope, at, registryHead: found.registryHead, registrations });
    },
  } satisfies Readonly<Record<string, Handler>>;
}

/** Which registration replaced one, by the digest of the one replaced: the next of the same name. A bank's keys add up. */
function replacements(newestFirst: readonly ListedRegistration[]): ReadonlyMap<string, string> {
  const replaced = new Map<string, string>();
  const next = new Map<string, string>();
  for (const { row, registration } of newestFirst) {
    const name = registrationName(registration);
    const later = next.get(name);
    if (later !== undefined) replaced.set(row.digest, later);
    next.set(name, row.digest);
  }
  return replaced;
}

/** A registration as `Registration` of the contract. */
function registrationJson({ row, envelope, registration }: ListedRegistration, replaced: ReadonlyMap<string, string>) {
  const { kind, body, after } = envelope.predicate as RegistrationPredicate;
  const self = `/v1/registrations/${row.index}`;
  const replacedBy = replaced.get(row.digest);
  return {
    index: row.index,
    digest: row.digest,
    kind,
    name: registrationName(registration),
    ...present('bank', row.bank),
    ...present('scope', row.scope),
    authority: envelope.dsse.keyId,
    receivedAt: timeJson(row.receivedAt),
    inForce: replacedBy === undefined,
    ...present('after', after),
    ...present('replacedBy', replacedBy),
    body,
    links: { self, statement: `/v1/statements/${row.index}` },
  };
}
