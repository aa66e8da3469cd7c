import { InvalidCronError } from '../errors.js';

/** What one of the six fields may hold. */
export interface CronField {
  readonly name: string;
  readonly min: number;
  /** The last value that may be written; for the days of the week it is the second name of Sunday. */
  readonly max: number;
  /** How many different values there are. */
  readonly size: number;
  /** `H` goes no further, so that each month has its day. */
  readonly hashMax: number;
  /** Names for `min` and the values after it. */
  readonly names: readonly string[];
}

const SIXTY = { min: 0, max: 59, size: 60, hashMax: 59, names: [] };
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

export const SECOND: CronField = { name: 'seconds', ...SIXTY };
export const MINUTE: CronField = { name: 'minutes', ...SIXTY };
export const HOUR: CronField = { name: 'hours', min: 0, max: 23, size: 24, hashMax: 23, names: [] };
export const DAY: CronField = {
  name: 'days of the month',
  min: 1,
  max: 31,
  size: 31,
  hashMax: 28,
  names: [],
};
export const MONTH: CronField = { name: 'months', min: 1, max: 12, size: 12, hashMax: 12, names: MONTHS };
export const WEEKDAY: CronField = {
  name: 'days of the week',
  min: 0,
  max: 7,
  size: 7,
  hashMax: 6,
  names: WEEKDAYS,
};

/** A number or a name, read; `item` is what it was found in. */
export function readValue(field: CronField, token: string, item: string): number {
  const name = field.names.indexOf(token.toUpperCase());
  if (name >= 0) return field.min + name;
  const value = /^\d+$/.test(token) ? Number(token) : NaN;
  if (value >= field.min && value <= field.max) return value;
  const short = field.names.find(known => token.toUpperCase().startsWith(known));
  throw refusal(field, item, short && `Shorten the name to ${short}.`);
}

/** An error that names the field, what it allows, and the item that came. */
export function refusal(field: CronField, item: string, remedy = ''): InvalidCronError {
  const { name, min, max, names } = field;
  const allowed = `${min}-${max}${names.length > 0 ? ` or ${names[0]}-${names.at(-1)}` : ''}`;
  return new InvalidCronError({
    where: 'cronTrigger',
    expected: `${name} within ${allowed}`,
    got: item,
    remedy,
  });
}
