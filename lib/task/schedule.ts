import { InvalidOptionError, validOption } from '../errors.js';
import { parseDuration, type Duration } from '../time/duration.js';
import { timeZone } from '../time/time-zone.js';
import { parseInstant, type Instant } from '../trigger/at.trigger.js';
import type { TriggerPool } from '../trigger/trigger.pool.js';
import type { Trigger } from '../trigger/trigger.js';

/** A trigger of a task, with what belongs to it alone. */
export interface Schedule {
  readonly trigger: Trigger;
  /** Each instant's run starts up to this many ms later. */
  readonly jitterMs: number;
  /** Whether an instant (epoch ms) is left out; `null` = none is. */
  readonly exclude: ((dueAt: number) => boolean) | null;
  /** On whose clocks it is read; UTC for what is read on none. */
  readonly timeZone: string;
}

/** What may stand beside any trigger. */
export interface TriggerOptions {
  /** Spreads the start of each run over this long after its instant, the same way in every process. @default 0 */
  readonly jitter?: Duration | undefined;
  /** Nothing is due before this instant. */
  readonly startAt?: Instant | undefined;
  /** Nothing is due from this instant on. */
  readonly endAt?: Instant | undefined;
  /**
   * Instants that are skipped as `excluded`: single ones, whole days such as `'2026-12-25'` in the time zone
   * of the cron expression (UTC for any other rule), or a function of the instant (epoch ms). When the function throws, the task runs.
   */
  readonly exclude?: readonly Instant[] | ((dueAt: number) => boolean) | undefined;
}

/** The keys of `TriggerOptions`. */
export const TRIGGER_KEYS = ['jitter', 'startAt', 'endAt', 'exclude'] as const;

/**
 * A trigger with the options beside it.
 *
 * @param zone of the trigger, in which days are counted; `undefined` = the host's.
 * @param pool where equal bounds of one trigger are one object.
 * @throws {ConfigurationError} that begins with `where`.
 */
export function scheduleOf(
  trigger: Trigger,
  options: TriggerOptions,
  zone: string | undefined,
  where: string,
  pool: TriggerPool,
): Schedule {
  const { jitter, startAt, endAt, exclude } = options;
  const from = startAt === undefined ? null : parseInstant(startAt, `${where}: startAt`);
  const until = endAt === undefined ? null : parseInstant(endAt, `${where}: endAt`);
  if (from !== null && until !== null) {
    validOption(endAt, () => from < until, {
      where: `${where}: endAt`,
      expected: 'an instant after startAt',
    });
  }
  return {
    trigger: pool.bounded(trigger, from, until),
    jitterMs: jitter === undefined ? 0 : parseDuration(jitter, `${where}: jitter`),
    exclude: exclude === undefined ? null : parseExclude(exclude, zone, `${where}: exclude`),
    timeZone: timeZone(zone, where).name,
  };
}

const EXPECTED = "instants, or days such as '2026-12-25', in a list, or a function of the instant";
const DAY = /^\d{4}-\d\d-\d\d$/;

function parseExclude(exclude: unknown, zone: string | undefined, where: string): Schedule['exclude'] {
  if (typeof exclude === 'function') return exclude as (dueAt: number) => boolean;
  const list = validOption<readonly Instant[]>(exclude, Array.isArray, {
    where,
    expected: EXPECTED,
  });
  const isDay = (entry: Instant): entry is string => typeof entry === 'string' && DAY.test(entry);
  const days = new Set(list.filter(isDay).map(day => parseDay(day, where)));
  const instants = new Set(list.filter(entry => !isDay(entry)).map(entry => parseEntry(entry, where)));
  const { spanAt } = timeZone(zone, where);
  const localDay = (at: number) => {
    const second = Math.floor(at / 1_000);
    return new Date((second + spanAt(second).offset) * 1_000).toISOString().slice(0, 10);
  };
  return dueAt => instants.has(dueAt) || (days.size > 0 && days.has(localDay(dueAt)));
}

function parseDay(day: string, where: string): string {
  const isDay = (text: unknown) => !Number.isNaN(Date.parse(`${String(text)}T00:00:00Z`));
  return validOption(day, isDay, { where, expected: EXPECTED });
}

function parseEntry(entry: Instant, where: string): number {
  try {
    return parseInstant(entry, where);
  } catch {
    throw new InvalidOptionError({ where, expected: EXPECTED, got: entry });
  }
}

/** Whether it has neither a jitter nor an exclusion. */
export function isPlain({ jitterMs, exclude }: Schedule): boolean {
  return jitterMs === 0 && exclude === null;
}

/** Two schedules of one task with one trigger: an instant is left out when both leave it out, and starts with the shorter jitter. */
export function eitherOf(a: Schedule, b: Schedule): Schedule {
  const [first, second] = [a.exclude, b.exclude];
  return {
    ...a,
    jitterMs: Math.min(a.jitterMs, b.jitterMs),
    exclude: first === null || second === null ? null : dueAt => first(dueAt) && second(dueAt),
  };
}
