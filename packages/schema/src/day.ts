import { SchemaError } from './error.ts';

const MS_PER_DAY = 86_400_000;
const ISO_DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

/**
 * Days from 1970-01-01 to an ISO 8601 calendar day (proleptic Gregorian, negative before 1970).
 *
 * @throws SchemaError `not_a_date` for another form, or a day that the calendar does not have
 */
export function dayNumber(field: string, iso: string): bigint {
  const ms = ISO_DAY.test(iso) ? Date.parse(`${iso}T00:00:00Z`) : Number.NaN;
  // Some engines roll 30 February over into March: the day has to survive the way back.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== iso) {
    throw new SchemaError('not_a_date', field, 'not a calendar day of the form YYYY-MM-DD');
  }
  return BigInt(ms / MS_PER_DAY);
}

/** The ISO 8601 calendar day that lies `day` days after 1970-01-01: the inverse of {@link dayNumber}. */
export function isoDay(day: bigint): string {
  return new Date(Number(day) * MS_PER_DAY).toISOString().slice(0, 10);
}
