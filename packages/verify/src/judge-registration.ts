import type { RegistrationPredicate } from './envelope.ts';
import { VerifyError } from './error.ts';
import { ACCEPTED, type Judgement, pending, rejected } from './judgement.ts';
import type { Ledger } from './ledger.ts';
import { parseRegistration, type Registration, type ScopeBody, type SlotBody } from './registration.ts';

/** Whether a registration fits the registry and the intakes admitted so far. */
export function judgeRegistration(predicate: RegistrationPredicate, ledger: Ledger, now: number): Judgement {
  const registration = tryParse(predicate);
  if (registration === undefined) return rejected('context', 'REGISTRATION_INVALID');
  const judgement = ledger.registry.judge(registration, predicate.after);
  if (judgement.result !== 'accepted') return judgement;
  if (registration.kind === 'scope') return judgeScopeChange(registration, ledger, now);
  if (registration.kind === 'slot') return judgeSlot(registration, ledger);
  return ACCEPTED;
}

function tryParse(predicate: RegistrationPredicate): Registration | undefined {
  try {
    return parseRegistration(predicate.kind, predicate.body);
  } catch (error) {
    if (error instanceof VerifyError) return undefined;
    throw error;
  }
}

/**
 * A window has one set of partitions and one fairness policy, so these change only while no window that has an intake is
 * open, and every intake lies in a slot. Until then the change waits.
 */
function judgeScopeChange(body: ScopeBody, ledger: Ledger, now: number): Judgement {
  const current = ledger.registry.scope(body.scope);
  if (current === undefined) return ACCEPTED;
  const same = current.partitionsHash === body.partitionsHash && current.fairnessPolicyHash === body.fairnessPolicyHash;
  const lastIntake = ledger.intakes(body.scope).at(-1);
  const covered = lastIntake === undefined || ledger.slotAt(body.scope, lastIntake.receivedAt) !== undefined;
  const begun = ledger.windows(body.scope, now).some(({ state, counts }) => state === 'OPEN' && counts.intakes > 0);
  return same || (covered && !begun) ? ACCEPTED : pending('slot', 'WINDOW_OPEN');
}

function judgeSlot(body: SlotBody, ledger: Ledger): Judgement {
  if (ledger.registry.scope(body.scope) === undefined) return pending('context', 'SCOPE_MISSING');
  const slots = ledger.slots(body.scope);
  const last = slots.at(-1);
  const firstIntake = ledger.intakes(body.scope)[0];
  const follows =
    last === undefined
      ? body.slot === 1 && (firstIntake === undefined || firstIntake.receivedAt >= body.from)
      : body.slot === last.slot + 1 && body.from === last.to;
  return follows && body.to > body.from ? ACCEPTED : rejected('context', 'REGISTRATION_CONFLICT');
}
