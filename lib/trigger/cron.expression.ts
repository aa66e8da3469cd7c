import { CronExpressionParser } from 'cron-parser';
import { InvalidCronError } from '../errors.js';
import { bitSet, nextMember, type BitSet } from './cron.bits.js';
import { monthLength } from './cron.calendar.js';
import { matchingDays, type DayRule } from './cron.days.js';
import { DAY, HOUR, MINUTE, MONTH, SECOND, WEEKDAY, type CronField } from './cron.field.js';
import { hashBy } from './cron.hash.js';
import { readList, standardText, type CronList } from './cron.list.js';
import { splitFields } from './cron.text.js';

/** A cron expression, read. */
export interface CronFields {
  readonly seconds: BitSet;
  readonly minutes: BitSet;
  readonly hours: BitSet;
  readonly months: BitSet;
  readonly days: DayRule;
  /** Whether the seconds, minutes or hours were written with `*`, a range or a step. */
  readonly isIntervalLike: boolean;
  readonly matchesEveryHour: boolean;
  /** As written, but with single spaces, without aliases, and with what each `H` came to. */
  readonly text: string;
}

const FIELDS = [SECOND, MINUTE, HOUR, DAY, MONTH, WEEKDAY];

/**
 * Reads a cron expression; the grammar stands at `cronTrigger`. Each item is checked here, and what is beyond
 * cron-parser is set aside or rewritten; cron-parser then reads the fields.
 *
 * @throws {InvalidCronError} for anything outside the grammar, and for an expression that can never fire.
 */
export function parseCron(expression: string, hashSeed?: string): CronFields {
  const texts = splitFields(expression);
  const hash = hashBy(hashSeed, expression);
  const lists = FIELDS.map((field, i) => readList(field, texts.at(i - FIELDS.length) ?? '0', hash));
  const [second, minute, hour, day, month, weekday] = lists as Six<CronList>;
  const standard = FIELDS.map((field, i) => standardText(field, lists[i]!)).join(' ');
  const { fields } = CronExpressionParser.parse(standard);
  const hours = allowed(HOUR, hour, fields.hour);
  const read: CronFields = {
    seconds: allowed(SECOND, second, fields.second),
    minutes: allowed(MINUTE, minute, fields.minute),
    hours,
    months: allowed(MONTH, month, fields.month),
    days: {
      days: day.isStar && weekday.isStar ? ALL_DAYS : restriction(day, fields.dayOfMonth) >>> 1,
      weekdays: restriction(weekday, fields.dayOfWeek),
      floating: [...day.floating, ...weekday.floating],
    },
    isIntervalLike: second.isInterval || minute.isInterval || hour.isInterval,
    matchesEveryHour: hours.low === HOUR.all.low,
    text: lists
      .slice(-texts.length)
      .map(list => list.text)
      .join(' '),
  };
  if (!canFire(read)) throw neverFires(expression);
  return read;
}

type Six<T> = [T, T, T, T, T, T];

const ALL_DAYS = 0x7fff_ffff;

/** What cron-parser read, or all there is: a star's values are known without it. */
function allowed(field: CronField, { isStar }: CronList, { values }: { values: readonly number[] }): BitSet {
  return isStar ? field.all : bitSet(values);
}

/** The days that one day field asks for; none by a star, which leaves the choice to the other field. */
function restriction(
  { isStar, items }: CronList,
  { values }: { values: readonly (number | string)[] },
): number {
  return isStar || items.length === 0 ? 0 : bitSet(values as readonly number[]).low;
}

/** Whether there is a matching day in some year: one with a leap day or one without, beginning on any weekday. */
function canFire({ months, days }: CronFields): boolean {
  for (let month = nextMember(months, 0); month <= 12; month = nextMember(months, month + 1)) {
    const lengths = [monthLength(2000, month), monthLength(2001, month)];
    for (let first = 0; first < 7; first++) {
      if (lengths.some(length => matchingDays(days, length, first) !== 0)) return true;
    }
  }
  return false;
}

function neverFires(expression: string): InvalidCronError {
  return new InvalidCronError({
    where: 'cronTrigger',
    expected: 'an expression that matches a day of some year',
    got: expression,
    remedy: 'None of its months has such a day: it would never fire.',
  });
}
