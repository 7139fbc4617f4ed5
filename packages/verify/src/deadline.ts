import type { Intake } from './windows.ts';

/** When an intake has to be closed, milliseconds since 1970. */
export function deadlineOf({ receivedAt, pin }: Pick<Intake, 'receivedAt' | 'pin'>): number {
  return receivedAt + pin.scope.closingDeadlineSeconds * 1000;
}

/** Whether an intake is open past its deadline. */
export function isOverdue({ closing, receivedAt, pin }: Intake, now: number): boolean {
  return closing === undefined && now > deadlineOf({ receivedAt, pin });
}
