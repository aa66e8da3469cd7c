import { readFloatingDay, readFloatingWeekday, type FloatingDay } from './cron.days.js';
import { DAY, WEEKDAY, type CronField } from './cron.field.js';
import type { Hash } from './cron.hash.js';
import { lastOf, readItem, valuesOf, type CronItem } from './cron.item.js';

/** What the text of one field says. */
export interface CronList {
  readonly items: readonly CronItem[];
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
  const items: CronItem[] = [];
  const floating: FloatingDay[] = [];
  const texts: string[] = [];
  // To split a text costs more than to read an item, and most fields are just one.
  for (const part of text.includes(',') ? text.split(',') : [text]) {
    const day = readFloating(field, part);
    if (day) floating.push(day);
    else items.push(readItem(field, part, hash));
    texts.push(day ? part : items.at(-1)!.text);
  }
  const isStar = items.some(item => item.kind === 'star');
  return {
    items,
    floating: isStar ? [] : floating,
    isStar,
    isInterval: items.some(item => item.kind !== 'value'),
    text: texts.join(','),
  };
}

function readFloating(field: CronField, text: string): FloatingDay | undefined {
  if (!/[LW#]/i.test(text)) return undefined;
  if (field === DAY) return readFloatingDay(text);
  return field === WEEKDAY ? readFloatingWeekday(text) : undefined;
}

/**
 * The items in words that cron-parser knows, which refuses a value named twice and a range that wraps. For a star and
 * without items any words will do, and it reads a single value fastest.
 */
export function standardText(field: CronField, { items, isStar }: CronList): string {
  const [item] = items;
  if (isStar || !item) return `${field.min}`;
  const { first, last, step, kind } = item;
  const isPlain = items.length === 1 && first <= last && last <= lastOf(field);
  if (isPlain) return kind === 'value' ? `${first}` : `${first}-${last}/${step}`;
  const values = new Set<number>();
  for (const each of items) for (const value of valuesOf(field, each)) values.add(value);
  return [...values].join(',');
}
