import type { Cause } from '../run/run.js';
import type { Outcome, SkipReason } from '../run/outcome.js';
import type { EventOf } from '../run/run.events.js';

/** A run as it is planned. All instants are epoch ms. */
export interface SimulatedRun {
  readonly task: string;
  readonly cause: Cause;
  readonly dueAt: number;
  /** `null` when it was ended while it waited. */
  readonly startedAt: number | null;
  /**
   * `null` when it still goes on at the end of the simulation; of a run that a crash interrupted, when the next process
   * starts, which finds it.
   */
  readonly endedAt: number | null;
  readonly outcome: Exclude<Outcome['kind'], 'skipped'> | null;
  /** Why it was cancelled or abandoned; else `null`. */
  readonly reason: string | null;
}

/** Due instants in a row that do not run, for one reason. All instants are epoch ms. */
export interface SimulatedSkip {
  readonly task: string;
  readonly cause: Cause;
  /** The first of them. */
  readonly from: number;
  /** The last of them. */
  readonly to: number;
  readonly count: number;
  readonly reason: SkipReason;
}

/** A time for which a run waits to start. All instants are epoch ms. */
export interface SimulatedWait {
  readonly task: string;
  readonly dueAt: number;
  /** An earlier run of its task, the limit of its group or the process, or its jitter. */
  readonly waitsFor: EventOf<'runWaiting'>['waitsFor'];
  readonly from: number;
  /** `null` when it still waits at the end of the simulation. */
  readonly to: number | null;
}

/** What a schedule comes to in a stretch of time. */
export interface Simulation {
  /** In order of their starts. */
  readonly runs: readonly SimulatedRun[];
  readonly skips: readonly SimulatedSkip[];
  readonly waits: readonly SimulatedWait[];
  /** What functions and triggers of the app's own threw, in words. */
  readonly problems: readonly string[];
}
