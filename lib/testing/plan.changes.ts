import type { ClockChange } from '../time/local.time.js';

/** What became of a schedule. Instants are ISO 8601 texts. */
export interface PlanDiff {
  /** Whether nothing at all differs. */
  readonly isSame: boolean;
  readonly tasks: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** The tasks whose triggers or jitter are others. */
  readonly rules: readonly PlannedRules[];
  /** The tasks that were switched off or on, or are off for another reason: what was due of them is lost or added. */
  readonly switched: readonly PlannedSwitch[];
  /** Runs of tasks that have fewer of them, or other ones. */
  readonly lost: readonly PlannedFire[];
  readonly added: readonly PlannedFire[];
  /** Where a task has lost as many runs as it was given: the first that was lost and the first that was added, … */
  readonly moved: readonly PlannedMove[];
  /** Tasks that were never due together, and are now. */
  readonly colliding: readonly PlannedCollision[];
  /** Runs that a change of the clocks touches, as it did not before. */
  readonly clockChanges: readonly PlannedClockChange[];
  /** All of it for people to read; `''` when nothing differs. */
  readonly text: string;
}

export interface PlannedFire {
  readonly task: string;
  readonly at: string;
}

export interface PlannedMove {
  readonly task: string;
  readonly from: string;
  readonly to: string;
}

export interface PlannedRules {
  readonly task: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export interface PlannedSwitch {
  readonly task: string;
  /** The place that switches it off, such as `STS_ENABLED`; `null` = it is on. */
  readonly before: string | null;
  readonly after: string | null;
}

export interface PlannedClockChange extends PlannedFire {
  /** The clocks have just gone forward, or show this local time twice that day. */
  readonly change: ClockChange;
}

/** Two tasks that are due together. */
export interface PlannedCollision {
  readonly tasks: readonly [string, string];
  /** How often they meet, of all that is new. */
  readonly count: number;
  /** When they meet first, ISO 8601. */
  readonly first: string;
}
