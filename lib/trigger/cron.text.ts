import { suggestion } from '../error.text.js';
import { InvalidCronError } from '../errors.js';

/** Names for common expressions, in any case. */
const CRON_ALIASES = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
  '@every_minute': '* * * * *',
  '@every_second': '* * * * * *',
} as const;

type CronAlias = keyof typeof CRON_ALIASES;

/**
 * Lets a literal through only when it has 5 or 6 fields or is an alias; a variable of type `string` is checked at
 * run time, and so are the fields themselves.
 */
export type CheckedCron<T extends string> =
  {} extends Record<T, 0> // `string`, or a template with one inside
    ? T
    : T extends `@${string}`
      ? Lowercase<T> extends CronAlias
        ? T
        : 'Aliases: @yearly @annually @monthly @weekly @daily @midnight @hourly @every_minute @every_second'
      : FieldCount<Spaced<T>> extends 5 | 6
        ? T
        : 'A cron expression has 5 fields (minute first) or 6 (second first)';

/** The same text with each tab and line break turned to a space; one after the other, for a union would multiply. */
type Spaced<T extends string> = Replaced<Replaced<Replaced<T, '\t'>, '\n'>, '\r'>;

type Replaced<T extends string, Blank extends string> = T extends `${infer Head}${Blank}${infer Rest}`
  ? Replaced<`${Head} ${Rest}`, Blank>
  : T;

/** Counts as far as 7, so that a long text costs no more than a wrong one. */
type FieldCount<T extends string, Seen extends 0[] = []> = Seen['length'] extends 7
  ? 7
  : T extends `${infer Field} ${infer Rest}`
    ? FieldCount<Rest, Field extends '' ? Seen : [...Seen, 0]>
    : T extends ''
      ? Seen['length']
      : [...Seen, 0]['length'];

/** All values of all fields take less; what is longer is a mistake or an attack. */
const LONGEST_TEXT = 1024;

/**
 * The 5 or 6 fields of an expression; an alias is expanded.
 *
 * @throws {InvalidCronError} for any other number of fields, and for an unknown alias.
 */
export function splitFields(expression: string): string[] {
  const text = typeof expression === 'string' ? expression.trim() : '';
  if (text.length > LONGEST_TEXT) {
    throw misshapen(expression, `Shorten it to ${LONGEST_TEXT} characters: it has ${text.length}.`);
  }
  const fields = (text.startsWith('@') ? expandAlias(text) : text).split(/\s+/);
  if (text === '' || fields.length < 5 || fields.length > 6) {
    throw misshapen(expression, text === '' ? undefined : `It has ${fields.length}.`);
  }
  return fields;
}

/** What is longer resembles none, and comparing it would take long. */
const LONGEST_ALIAS = 16;

function expandAlias(text: string): string {
  const alias = text.toLowerCase();
  if (Object.hasOwn(CRON_ALIASES, alias)) return CRON_ALIASES[alias as CronAlias];
  throw new InvalidCronError({
    where: 'cronTrigger',
    expected: `a cron expression or one of ${Object.keys(CRON_ALIASES).join(' ')}`,
    got: text,
    remedy: suggestion(text.slice(0, LONGEST_ALIAS), Object.keys(CRON_ALIASES)).trim(),
  });
}

function misshapen(expression: string, remedy?: string): InvalidCronError {
  const expected = "5 fields (minute first) or 6 (second first), such as '0 9 * * 1-5'";
  return new InvalidCronError({ where: 'cronTrigger', expected, got: expression, remedy });
}
