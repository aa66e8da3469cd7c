import { InvalidOptionError } from '../errors.js';
import { parseInstant, type Instant } from '../trigger/at.trigger.js';
import type { Fires } from './fires.js';

/** A stretch of time, epoch ms: from `from` on, and before `to`. */
export interface PlanSpan {
  readonly from: number;
  readonly to: number;
}

/** When the tasks of an app are due. */
export interface FirePlan extends PlanSpan {
  /** In order of their names. */
  readonly tasks: readonly TaskPlan[];
}

export interface TaskPlan {
  readonly name: string;
  /** Its triggers in words, with their jitter; none when it runs by hand only. */
  readonly rules: readonly string[];
  /** The place that switches it off, such as `STS_ENABLED`: nothing of it is due then; `null` = none. */
  readonly offBy: string | null;
  readonly fires: readonly Fires[];
}

/** @throws {ConfigurationError} that begins with `where`, for what are no instants, or not one after the other. */
export function spanOf(given: { readonly from: Instant; readonly to: Instant }, where: string): PlanSpan {
  const from = parseInstant(given.from, `${where}: from`);
  const to = parseInstant(given.to, `${where}: to`);
  if (from < to) return { from, to };
  throw new InvalidOptionError({ where: `${where}: to`, expected: 'an instant after `from`', got: given.to });
}
