import { BadRequestException } from '@nestjs/common';
import { parseInstant } from '../trigger/at.trigger.js';

/** What stands behind the question mark. */
export type Query = Readonly<Record<string, unknown>>;

/** @throws {BadRequestException} for what is no whole number within the bounds. */
export function wholeNumber(query: Query, key: string, { least = 1, most, otherwise }: Bounds): number {
  const text = query[key];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (typeof text === 'string' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new BadRequestException(`${key} is a whole number from ${least} to ${most}.`);
}

interface Bounds {
  readonly least?: number;
  readonly most: number;
  readonly otherwise: number;
}

/** The last instant that a Date can name, epoch ms. */
const LAST_INSTANT = 8.64e15;
const LONGEST_SPAN_MS = 25 * 3_600_000;

/**
 * `from` and `to`, epoch ms.
 *
 * @throws {BadRequestException} unless `from` is before `to`, by 25 hours at most.
 */
export function spanIn(query: Query, otherwise: { readonly from: number; readonly to: number }) {
  const from = wholeNumber(query, 'from', { least: 0, most: LAST_INSTANT, otherwise: otherwise.from });
  const to = wholeNumber(query, 'to', { least: 0, most: LAST_INSTANT, otherwise: otherwise.to });
  if (from < to && to - from <= LONGEST_SPAN_MS) return { from, to };
  throw new BadRequestException('from and to are epoch ms; from comes first, by 25 hours at most.');
}

/**
 * An instant in epoch ms, given so or as ISO 8601 text.
 *
 * @throws {BadRequestException} when it is missing; {InvalidTriggerError} for what is no instant.
 */
export function instantIn(query: Query, key: string): number {
  const text = textIn(query, key);
  if (text !== undefined) return parseInstant(/^\d+$/.test(text) ? Number(text) : text, key);
  throw new BadRequestException(`${key} is an instant: epoch ms, or ISO 8601 text with Z or an offset.`);
}

/** A text, or `undefined` when it is not there. */
export function textIn(query: Query, key: string): string | undefined {
  const text = query[key];
  if (text === undefined || text === '') return undefined;
  if (typeof text === 'string') return text;
  throw new BadRequestException(`${key} is one text.`);
}

/** The body of a POST. @throws {BadRequestException} for what is no object, or has keys that are not known. */
export function bodyOf(body: unknown, known: readonly string[]): Query {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new BadRequestException('The body is a JSON object, {} at least.');
  const unknown = Object.keys(body).filter(key => !known.includes(key));
  if (unknown.length === 0) return body as Query;
  throw new BadRequestException(`Unknown: ${unknown.join(', ')}. Known: ${known.join(', ') || 'none'}.`);
}

const LONGEST_REASON = 500;

/** Why somebody does it, within bounds. */
export function reasonIn(body: Query): string | undefined {
  const reason = textIn(body, 'reason')?.trim();
  if (reason === undefined || reason.length <= LONGEST_REASON) return reason || undefined;
  throw new BadRequestException(`reason has ${LONGEST_REASON} characters at most.`);
}
