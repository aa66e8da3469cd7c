import type { ExecutionHost } from '../executor/execution.js';
import type { Draws } from '../policy/draws.js';
import type { ErrorThreshold } from '../policy/error.threshold.js';
import type { RunStore } from '../run/run.store.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type { Engine, Submission } from './engine.js';
import type { Limits } from './gate.js';

/** What an engine is made with. */
export interface EngineHost extends ExecutionHost {
  readonly draws: Draws;
  /** The name of this process in runs. */
  readonly node: string;
  readonly limits: Limits;
  /** The error thresholds of groups that have one. */
  readonly groupThresholds: ReadonlyMap<string, ErrorThreshold>;
  /** The task that has a name now, in this process. */
  readonly find: (taskName: string) => TaskDefinition | undefined;
  /** Is called when this process has taken a run that any process may have submitted. */
  readonly onTaken: (submission: Submission) => void;
  /** Is called when a run that was taken has its outcome elsewhere. */
  readonly onLost: (submission: Submission) => void;
}

/** An engine that many processes share. */
export interface SharedEngine {
  readonly engine: Engine;
  /** The runs of all processes. */
  readonly store: RunStore;
}

/** Where runs execute, in place of this process alone: what a door such as `nestjs-sts/bullmq` makes. */
export interface EngineOption {
  /** For messages. */
  readonly name: string;
  /** @internal */
  create(host: EngineHost): SharedEngine;
}
