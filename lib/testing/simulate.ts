import { InvalidOptionError } from '../errors.js';
import { refuseUnknownKeys } from '../option.keys.js';
import { parseInstant, type Instant } from '../trigger/at.trigger.js';
import { durationsOf, type Durations } from './durations.js';
import { plannedApp, type Plannable } from './planned.app.js';
import { spanOf } from './plan.js';
import { seededDraws, type Seed } from './seeded.draws.js';
import { SimulatedProcess } from './simulated.process.js';
import type { Simulation } from './simulation.js';
import { SimulationRecord } from './simulation.record.js';

/** A time in which no process is there. */
export interface SimulatedDowntime {
  /** When the process is told to stop: it drains, as on SIGTERM. */
  readonly from: Instant;
  /** When the next one starts. */
  readonly to: Instant;
  /** Whether it dies at once instead: what ran is abandoned. @default false */
  readonly isCrash?: boolean | undefined;
}

export interface SimulateOptions {
  /** The first instant that counts: a Date, ISO 8601 text with `Z` or an offset, or epoch ms. */
  readonly from: Instant;
  /** The first instant that does not count any more. */
  readonly to: Instant;
  /** How long runs take. @default none of them takes any time */
  readonly durations?: Durations | undefined;
  /** When the process is down; a task that has `catchUp` follows its misfire policy afterwards. @default never */
  readonly downtimes?: readonly SimulatedDowntime[] | undefined;
  /** Draws other jitters. @default those of a real process */
  readonly seed?: Seed | undefined;
}

/**
 * What a schedule comes to, policies included, in the time from `from` on and before `to`. No handler is called, and of
 * a module no lifecycle hook; `enabled`, `exclude`, triggers and other functions among the options are asked as ever.
 * The process starts at `from`, with `runOnStart`, and every run succeeds unless it is cancelled or takes longer than
 * its timeout.
 *
 * @throws {InvalidOptionError} for options that are wrong or not known; {UnknownTaskError} for a duration of no task;
 * {RangeError} for more than 5,000,000 runs, skips and waits.
 * @example
 * ```ts
 * const { runs, skips } = await simulate(AppModule, {
 *   from: '2026-03-23T00:00:00Z',
 *   to: '2026-03-30T00:00:00Z',
 *   durations: { 'ReportTasks.nightly': '20m' },
 * });
 * ```
 */
export async function simulate(target: Plannable, options: SimulateOptions): Promise<Simulation> {
  refuseUnknownKeys(options, ['from', 'to', 'durations', 'downtimes', 'seed'], 'simulate()');
  const { from, to } = spanOf(options, 'simulate()');
  const downtimes = downtimesOf(options.downtimes ?? [], from, to);
  const app = await plannedApp(target);
  const record = new SimulationRecord();
  const host = {
    app,
    record,
    drawsFrom: (startAt: number) => seededDraws(options.seed, startAt),
    durationOf: await durationsOf(options.durations, app.tasks),
    mayStop: downtimes.length > 0,
  };
  let process = new SimulatedProcess(host, from);
  for (const { from: stopAt, to: startAt, isCrash } of downtimes) {
    await process.run(stopAt);
    if (!isCrash) await process.stop(startAt);
    process = new SimulatedProcess(host, startAt);
  }
  await process.run(to);
  const { runs, skips, waits, problems } = record;
  return { runs, skips, waits, problems };
}

function downtimesOf(downtimes: readonly SimulatedDowntime[], from: number, to: number) {
  let last = from;
  return downtimes.map(({ from: start, to: end, isCrash = false }, i) => {
    const where = `simulate(): downtimes[${i}]`;
    const [startAt, endAt] = [parseInstant(start, `${where}.from`), parseInstant(end, `${where}.to`)];
    if (!(last < startAt && startAt < endAt && endAt < to)) {
      const expected = 'a time within the simulation, after the downtime before it';
      throw new InvalidOptionError({ where, expected, got: downtimes[i] });
    }
    last = endAt;
    return { from: startAt, to: endAt, isCrash };
  });
}
