import type { EngineHost } from '../engine/shared.engine.js';
import type { ErrorThreshold } from '../policy/error.threshold.js';
import type { Outcome } from '../run/outcome.js';
import type { FinishedRun } from '../run/run.js';
import { scopesOf, type Scope } from '../run/scope.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type { ClusterPauses, Trial, WantedPause } from './cluster.pauses.js';
import type { Connections } from './connections.js';
import type { Controls } from './controls.js';
import { trialId, tripId } from './fact.ids.js';
import { mark, reachedBy } from './failure.log.js';
import { jobIdOf, runOf } from './run.job.js';

export interface ClusterThresholdsHost extends Pick<
  EngineHost,
  'clock' | 'record' | 'find' | 'groupThresholds'
> {
  readonly connections: Connections;
  readonly controls: Controls;
  readonly pauses: ClusterPauses;
}

/**
 * Pauses what fails too often, wherever it ran. Whoever has recorded the end of a run counts it; the one whose run is one failure
 * too many says so. After the time of the pause one run may try: the first that asks.
 */
export class ClusterThresholds {
  readonly #host: ClusterThresholdsHost;
  /** One after another: what was recorded first counts first. */
  #counting: Promise<void> = Promise.resolve();

  constructor(host: ClusterThresholdsHost) {
    this.#host = host;
  }

  /** A run has ended here, and is recorded. */
  ended(run: FinishedRun): void {
    const task = this.#host.find(run.taskName);
    if (task === undefined) return;
    const scopes = scopesOf(task).filter(scope => this.#counts(scope, task));
    if (scopes.length === 0) return;
    const { connections } = this.#host;
    const count = async () => {
      for (const scope of scopes) await this.#ended(scope, task, run);
    };
    this.#counting = this.#counting.then(count).catch((error: unknown) => connections.failed(error));
  }

  /** Resolves when everything is counted that has ended here. */
  settled(): Promise<void> {
    return this.#counting;
  }

  /** Whether a run that is due has to ask first. */
  hasTrial(task: TaskDefinition): boolean {
    return this.#host.pauses.toTry(task).length > 0;
  }

  /** Whether this run is the one that tries, wherever its task is paused. @throws what the server says. */
  async mayTry(task: TaskDefinition, runId: string): Promise<boolean> {
    const { pauses, controls } = this.#host;
    const own: Trial[] = [];
    for (const scope of pauses.toTry(task)) {
      const { since } = pauses.trip(scope)!;
      const wanted: Trial = { scope, since, runId };
      await controls.set({ id: trialId(wanted), kind: 'trial', data: wanted });
      const trial = pauses.trial(scope);
      if (trial?.runId === runId) own.push(trial);
      else {
        // Of a pause that is over by now: somebody has resumed, or it has begun anew.
        if (trial === undefined) await controls.unset([trialId(wanted)]);
        else await this.#settleOf(trial);
        if (pauses.of(scope) === null) continue;
        if (own.length > 0) await controls.unset(own.map(trialId));
        return false;
      }
    }
    return true;
  }

  /** Ends a pause, and forgets the failures that may have led to it. */
  async resume(scope: Scope, reason: string): Promise<void> {
    await this.#host.pauses.resume(scope, reason);
    await this.#beginAnew(scope);
  }

  #counts(scope: Scope, task: TaskDefinition): boolean {
    return this.#thresholdOf(scope, task) !== undefined || this.#host.pauses.trip(scope) !== undefined;
  }

  async #ended(scope: Scope, task: TaskDefinition, { id, endedAt, outcome }: FinishedRun): Promise<void> {
    const { connections, pauses, controls, record } = this.#host;
    const trial = pauses.trial(scope);
    if (trial?.runId === id) return this.#settle(trial, outcome);
    const threshold = this.#thresholdOf(scope, task);
    const isCounted = outcome.kind === 'success' || (isFailure(outcome) && pauses.of(scope) === null);
    if (threshold === undefined || !isCounted) return;
    const counted = { scope, threshold };
    const opened = await connections.opened();
    const kind = outcome.kind === 'success' ? 'success' : 'failure';
    await mark(opened, counted, { kind, at: endedAt, runId: id });
    if (kind === 'success' || !(await reachedBy(opened, counted, id))) return;
    const { failures, action, resumeAfterMs } = threshold;
    await mark(opened, counted, { kind: 'anew', at: endedAt, runId: id });
    record({ type: 'errorThresholdReached', at: endedAt, scope, failures });
    if (action === 'alert') return;
    const until = resumeAfterMs === null ? null : endedAt + resumeAfterMs;
    const data: WantedPause = { scope, since: endedAt, reason: `${failures} failures in a row`, until };
    await controls.set({ id: tripId(scope), kind: 'trip', data });
  }

  /** Who tries may have ended, and its process died before it said so. */
  async #settleOf(trial: Trial): Promise<void> {
    const { runs } = await this.#host.connections.opened();
    const job = await runs.getJob(jobIdOf(trial.runId));
    if (job === undefined) return this.#host.controls.unset([trialId(trial)]);
    if (job.finishedOn !== undefined) await this.#settle(trial, runOf(job).outcome!);
  }

  /** A success ends the pause, a failure begins it anew; after anything else, such as a skip, the next one may try. */
  async #settle(trial: Trial, outcome: Outcome): Promise<void> {
    const { pauses, controls, clock } = this.#host;
    const { scope } = trial;
    if (outcome.kind === 'success') return this.resume(scope, 'a run succeeded');
    const trip = pauses.trip(scope);
    if (trip !== undefined && isFailure(outcome)) {
      const since = clock.now();
      const until = since + (trip.until! - trip.since);
      await controls.replace({ id: tripId(scope), kind: 'trip', data: { ...trip, since, until } });
    }
    await controls.unset([trialId(trial)]);
  }

  async #beginAnew(scope: Scope): Promise<void> {
    const { find, connections, clock } = this.#host;
    const task = 'task' in scope ? find(scope.task) : undefined;
    const threshold = this.#thresholdOf(scope, task);
    if (threshold === undefined) return;
    const anew = { kind: 'anew', at: clock.now(), runId: 'resumed' } as const;
    await mark(await connections.opened(), { scope, threshold }, anew);
  }

  #thresholdOf(scope: Scope, task: TaskDefinition | undefined): ErrorThreshold | undefined {
    const { groupThresholds } = this.#host;
    return 'task' in scope ? (task?.errorThreshold ?? undefined) : groupThresholds.get(scope.group);
  }
}

function isFailure({ kind }: Outcome): boolean {
  return kind === 'failure' || kind === 'timeout';
}
