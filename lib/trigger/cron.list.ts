import { readFloatingDay, readFloatingWeekday, type FloatingDay } from './cron.days.js';
import { DAY, WEEKDAY, type CronField } from './cron.field.js';
import type { Hash } from './cron.hash.js';
import { readItem, valuesOf, type CronItem } from './cron.item.js';

/** What the text of one field says. */
export interface CronList {
  /** Each value once; the days of the week from 0 to 6. */
  readonly values: ReadonlySet<number>;
  /** Those that depend on the month, as `L` and `15W` do. */
  readonly floating: readonly FloatingDay[];
  /** Whether a `*` or `?` lets each value through. */
  readonly isStar: boolean;
  /** Whether it was written with `*`, `?`, a range or a step. */
  readonly isInterval: boolean;
  /** As written, but for each `H`, which is replaced by what it came to. */
  readonly text: string;
}

/**
 * Reads one field: items parted by commas.
 *
 * @throws {InvalidCronError} for an item that the field cannot hold.
 */
export function readList(field: CronField, text: string, hash: Hash): CronList {
  const floating: FloatingDay[] = [];
  const items: CronItem[] = [];
  const texts: string[] = [];
  for (const part of text.split(',')) {
    const day = readFloating(field, part);
    if (day) floating.push(day);
    else items.push(readItem(field, part, hash));
    texts.push(day ? part : items.at(-1)!.text);
  }
  return {
    values: new Set(items.flatMap(item => valuesOf(field, item))),
    floating,
    isStar: items.some(item => item.kind === 'star'),
    isInterval: items.some(item => item.kind !== 'value'),
    text: texts.join(','),
  };
}

function readFloating(field: CronField, text: string): FloatingDay | undefined {
  if (field === DAY) return readFloatingDay(text);
  return field === WEEKDAY ? readFloatingWeekday(text) : undefined;
}

/** The same values in words that cron-parser knows: it refuses a value named twice, and ranges that wrap. */
export function standardText(field: CronField, { values }: CronList): string {
  const isWhole = values.size === 0 || values.size === field.size;
  return isWhole ? `${field.min}-${field.min + field.size - 1}` : [...values].join(',');
}
