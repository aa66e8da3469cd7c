import { readValue, refusal, type CronField } from './cron.field.js';
import type { Hash } from './cron.hash.js';

/** One item of a list: from `first` in steps to `last`, past the field's end to its beginning if need be. */
export interface CronItem {
  readonly first: number;
  readonly last: number;
  readonly step: number;
  /** `star`: each value, by `*` or `?`; `interval`: a range, or a step above 1; `value`: just one. */
  readonly kind: 'star' | 'interval' | 'value';
  /** As written, but for an `H`, which is replaced by what it came to. */
  readonly text: string;
}

const ITEM = /^(?:([*?])|(H)(?:\((\w+)-(\w+)\))?|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/i;

/**
 * Reads one item of a list.
 *
 * @throws {InvalidCronError} for an item that the field cannot hold.
 */
export function readItem(field: CronField, text: string, hash: Hash): CronItem {
  // Most items are one of these two, which need no taking apart.
  if (text === '*') return starItem(field, 1, text);
  if (/^\d+$/.test(text)) return single(readValue(field, text, text), text);
  const [match, star, hashed, hashFrom, hashTo, from = '', to, every] = ITEM.exec(text) ?? [];
  if (match === undefined) throw refusal(field, text);
  const value = (token: string) => readValue(field, token, text);
  if (hashed) {
    const min = hashFrom ? value(hashFrom) : field.min;
    const max = hashTo ? value(hashTo) : field.hashMax;
    return hashItem(field, { min, max, every, text }, hash);
  }
  const step = every ? readStep(field, every, { max: field.size, text }) : 1;
  if (star) return starItem(field, step, text);
  const first = value(from);
  if (!to && !every) return single(first, text);
  return { first, last: to ? value(to) : lastOf(field), step, kind: 'interval', text };
}

function starItem(field: CronField, step: number, text: string): CronItem {
  return { first: field.min, last: lastOf(field), step, kind: step === 1 ? 'star' : 'interval', text };
}

function single(value: number, text: string): CronItem {
  return { first: value, last: value, step: 1, kind: 'value', text };
}

/** The last of the different values: Saturday, for the days of the week. */
export function lastOf(field: CronField): number {
  return field.min + field.size - 1;
}

/** The values of an item as they follow each other; Sunday is 0. */
export function valuesOf(field: CronField, { first, last, step }: CronItem): number[] {
  const values: number[] = [];
  const length = last - first + (last < first ? field.size : 0);
  for (let i = 0; i <= length; i += step) values.push(field.min + ((first - field.min + i) % field.size));
  return values;
}

interface HashRange {
  readonly min: number;
  readonly max: number;
  readonly every: string | undefined;
  readonly text: string;
}

/** `H/15` begins at one of the first 15 values. */
function hashItem(field: CronField, { min, max, every, text }: HashRange, hash: Hash): CronItem {
  if (min > max) throw refusal(field, text, 'The bounds of H() ascend.');
  if (!every) {
    const value = hash(field.name, min, max);
    return single(value, `${value}`);
  }
  const step = readStep(field, every, { max: max - min + 1, text });
  const first = hash(field.name, min, min + step - 1);
  return { first, last: max, step, kind: 'interval', text: `${first}-${max}/${step}` };
}

function readStep(field: CronField, every: string, { max, text }: { max: number; text: string }): number {
  const step = Number(every);
  if (step >= 1 && step <= max) return step;
  throw refusal(field, text, `Its step may be 1-${max}.`);
}
