import { setImmediate as turn } from 'node:timers/promises';
import type { Draws } from '../policy/draws.js';
import type { StsEvent } from '../run/run.events.js';
import { createPipeline, type Pipeline } from '../scheduler/pipeline.js';
import type { Handler, TaskDefinition } from '../task/task.definition.js';
import type { DurationOf } from './durations.js';
import { ManualClock } from './manual.clock.js';
import type { PlannedApp } from './planned.app.js';
import type { SimulationRecord } from './simulation.record.js';

type HandlerContext = Parameters<Handler>[0];

/** What all processes of a simulation have in common. */
export interface SimulatedHost {
  readonly app: PlannedApp;
  readonly record: SimulationRecord;
  /** Those of a process that starts at an instant, epoch ms. */
  readonly drawsFrom: (startAt: number) => Draws;
  readonly durationOf: DurationOf;
  /** Whether any process is stopped while its tasks run. */
  readonly mayStop: boolean;
}

/** A process that has the tasks of an app and runs none of their handlers. */
export class SimulatedProcess {
  readonly #clock: ManualClock;
  readonly #host: SimulatedHost;
  readonly #pipeline: Pipeline;
  /** By run: takes the end of its pretended work back. */
  readonly #working = new Map<string, () => void>();
  /** The runs whose work has ended, and which hear of it within some microtasks. */
  readonly #settling = new Set<string>();
  /** The runs that have started, and whose handlers are called within some microtasks, when that is written. */
  readonly #starting = new Set<string>();
  #error: unknown;

  /** @param startAt epoch ms. */
  constructor(host: SimulatedHost, startAt: number) {
    this.#host = host;
    this.#clock = new ManualClock(startAt);
    const { app, record, drawsFrom, mayStop } = host;
    this.#pipeline = createPipeline({
      settings: app.settings,
      clock: this.#clock,
      draws: drawsFrom(startAt),
      record: event => this.#hear(event),
      durable: mayStop ? record : undefined,
    });
    for (const task of app.tasks) {
      // Nobody asks its guards, which would have to admit it first.
      const handler = (context: HandlerContext) => this.#pretend(task, context);
      const pretending = { ...task, isGuarded: false, handler };
      this.#pipeline.table.add(pretending, startAt);
    }
  }

  /** What is due from the start on, and before `until` (epoch ms). */
  async run(until: number): Promise<void> {
    await this.#pipeline.lifecycle.start(this.#clock.now() - 1);
    while (this.#clock.advance(until - 1)) {
      // What is to be kept is kept in a microtask, as it stands then.
      if (this.#host.mayStop) await undefined;
      while (this.#settling.size + this.#starting.size > 0) await undefined;
      if (this.#error !== undefined) throw this.#error;
    }
  }

  /** Drains, as on SIGTERM, until `end` (epoch ms) at the latest. */
  async stop(end: number): Promise<void> {
    const { lifecycle } = this.#pipeline;
    const { shutdownTimeoutMs } = this.#host.app.settings;
    const timeoutMs = Math.min(shutdownTimeoutMs, end - this.#clock.now());
    let isStopped = false;
    const stopping = lifecycle.stop({ running: 'wait', timeoutMs }).finally(() => (isStopped = true));
    for (await turn(); !isStopped; await turn()) {
      const { nextAt } = this.#clock;
      if (nextAt !== null) this.#clock.advance(nextAt);
    }
    await stopping;
  }

  #hear(event: StsEvent): void {
    const isAtWork = this.#working.size + this.#settling.size > 0;
    const hasEnded = event.type === 'runFinished' || event.type === 'attemptFailed';
    if (isAtWork && hasEnded) this.#ended(event.run.id);
    if (this.#host.mayStop && event.type === 'runStarted') this.#starting.add(event.run.id);
    if (this.#host.mayStop && event.type === 'runFinished') this.#starting.delete(event.run.id);
    this.#host.record.hear(event);
  }

  #ended(runId: string): void {
    this.#settling.delete(runId);
    this.#working.get(runId)?.();
    this.#working.delete(runId);
  }

  /** Takes its time on the clock; what takes none ends at once, and costs no promise. */
  #pretend(task: TaskDefinition, context: HandlerContext): void | Promise<void> {
    this.#starting.delete(context.runId);
    const ms = this.#durationOf(task.name, context.dueAt);
    if (ms === 0) return undefined;
    const { runId } = context;
    return new Promise((resolve, reject) => {
      const settle = (end: () => void) => {
        this.#working.delete(runId);
        this.#settling.add(runId);
        end();
      };
      const disarm = this.#clock.after(ms, () => settle(resolve));
      this.#working.set(runId, disarm);
      // A signal costs more than all the rest of a run: it is read where somebody may end the run.
      if (task.overlap !== 'cancelOther' && !this.#host.mayStop) return;
      const { signal } = context;
      const obey = () => {
        disarm();
        settle(() => reject(signal.reason as Error));
      };
      signal.addEventListener('abort', obey, { once: true });
    });
  }

  #durationOf(taskName: string, dueAt: number): number {
    try {
      return this.#host.durationOf(taskName, dueAt);
    } catch (error) {
      // Here it would be the failure of a run.
      this.#error ??= error;
      return 0;
    }
  }
}
