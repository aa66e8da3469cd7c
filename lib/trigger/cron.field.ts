import { InvalidCronError } from '../errors.js';
import { bitSet, type BitSet } from './cron.bits.js';

/** What one of the six fields may hold. */
export interface CronField {
  readonly name: string;
  readonly min: number;
  /** The last value that may be written; for the days of the week it is the second name of Sunday. */
  readonly max: number;
  /** How many different values there are. */
  readonly size: number;
  /** All of them. */
  readonly all: BitSet;
  /** `H` goes no further, so that each month has its day. */
  readonly hashMax: number;
  /** Names for `min` and the values after it. */
  readonly names: readonly string[];
}

const SIXTY = { ...values(0, 60), hashMax: 59, names: [] };
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

export const SECOND: CronField = { name: 'seconds', ...SIXTY };
export const MINUTE: CronField = { name: 'minutes', ...SIXTY };
export const HOUR: CronField = { name: 'hours', ...values(0, 24), hashMax: 23, names: [] };
export const DAY: CronField = { name: 'days of the month', ...values(1, 31), hashMax: 28, names: [] };
export const MONTH: CronField = { name: 'months', ...values(1, 12), hashMax: 12, names: MONTHS };
export const WEEKDAY: CronField = {
  name: 'days of the week',
  ...values(0, 7),
  max: 7,
  hashMax: 6,
  names: WEEKDAYS,
};

function values(min: number, size: number): Pick<CronField, 'min' | 'max' | 'size' | 'all'> {
  const all = bitSet(Array.from({ length: size }, (_, i) => min + i));
  return { min, max: min + size - 1, size, all };
}

/** A number or a name, read; `item` is what it was found in. */
export function readValue(field: CronField, token: string, item: string): number {
  const isNumber = /^\d+$/.test(token);
  const value = isNumber ? Number(token) : field.min + field.names.indexOf(token.toUpperCase());
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
