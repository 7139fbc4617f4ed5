import { gateway } from '@assay/contracts';

const { ApplicationState } = gateway;

const FINAL: ReadonlySet<gateway.ApplicationState> = new Set([
  ApplicationState.CLOSED,
  ApplicationState.WITHDRAWN,
  ApplicationState.REJECTED,
]);

/** Whether nothing will change any more. */
export function isFinal({ state }: gateway.Application): boolean {
  return FINAL.has(state);
}

/** Whether the next step is the bank's, if there is one: final, or referred to a person. */
export function isSettled(application: gateway.Application): boolean {
  return isFinal(application) || application.state === ApplicationState.REFERRED;
}
