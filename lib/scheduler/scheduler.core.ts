import { AsyncLocalStorage } from 'node:async_hooks';
import { hostname } from 'node:os';
import { Dispatcher } from '../engine/dispatcher.js';
import type { Submission } from '../engine/engine.js';
import { InProcessEngine } from '../engine/in-process.engine.js';
import { MissedInstants } from '../engine/missed.instants.js';
import { Timeline } from '../engine/timeline.js';
import { withAround } from '../executor/around.js';
import { UnsettledHandlers } from '../executor/unsettled.handlers.js';
import { textFormatter } from '../log/log.formatter.js';
import { RunLogger } from '../log/run.logger.js';
import { DurableMemory } from '../run/durable.memory.js';
import { MemoryRunStore } from '../run/memory.run-store.js';
import type { Run } from '../run/run.js';
import type { RunStore } from '../run/run.store.js';
import { RunRecorder } from '../run/run.recorder.js';
import type { StsEvent } from '../run/run.events.js';
import type { StsSettings } from '../sts.options.js';
import { refuseUnknownNames } from '../task/allowance.js';
import { TaskResolver, type GroupPolicy } from '../task/task.resolver.js';
import { StopHooks } from '../task/stop.hooks.js';
import { TaskTable } from '../task/task.table.js';
import type { RawTask, TaskDefinition } from '../task/task.definition.js';
import { isSystemClock, type Clock } from '../time/clock.js';
import type { CallsOf } from './added.task.js';
import { EventLoopWatch } from './event.loop.watch.js';
import { Ledger } from './ledger.js';
import { Lifecycle } from './lifecycle.js';
import { Overrides } from './overrides.js';
import { Recovery } from './recovery.js';
import { SchedulerRegistry } from './scheduler.registry.js';
import { checkShutdownHooks } from './shutdown.hooks.js';
import { StartRuns } from './start.runs.js';
import { TaskChanges } from './task.changes.js';
import { TaskScheduler } from './task.scheduler.js';
import { Watch } from './watch.js';

/** The parts of one scheduler, put together. */
export interface SchedulerCore {
  readonly registry: SchedulerRegistry;
  readonly scheduler: TaskScheduler;
  /** Whether the tasks of the app have been taken in; those of modules that are loaded later come one module after another. */
  readonly isDefined: boolean;
  /** Takes in what the explorer found. */
  define(tasks: readonly RawTask[]): void;
  /** Starts with the app, unless `autoStart` is false. */
  boot(): Promise<void>;
  /** Ends all runs and completes `events$`, with the app. */
  close(): Promise<void>;
}

/**
 * Puts a scheduler together. It needs nothing of Nest but its Logger.
 *
 * @param callsOf what Nest knows of the tasks that are added at run time.
 */
export function createCore(
  settings: StsSettings,
  givenClock: Clock,
  callsOf: CallsOf = () => undefined,
): SchedulerCore {
  const clock = outsideOfCallers(givenClock);
  const store: RunStore = settings.runStore ?? new MemoryRunStore(settings.history);
  const recorder = new RunRecorder(store, clock);
  const ledger = new Ledger(clock.now());
  const table = new TaskTable();
  const record = (event: StsEvent) => {
    ledger.hear(event);
    loopWatch.hear(event);
    recorder.record(event);
    // Its handler is called next: a process that dies now must not run it again.
    if (event.type === 'runStarted' && isCaughtUp(event.run)) memory.flush();
  };
  const loopWatch = new EventLoopWatch({
    // What time a handler takes says nothing under a clock of a test.
    thresholdMs: isSystemClock(givenClock) ? settings.eventLoopWarningMs : null,
    clock,
    record,
    atWork: since => engine.atWork(since),
  });
  const memory = new DurableMemory({ durable: store.durable, clock, record });
  const isCaughtUp = ({ taskName }: Run) =>
    memory.isDurable && (table.find(taskName)?.catchUpMs ?? null) !== null;
  const { around } = settings;
  const resolver = new TaskResolver(
    settings.policy,
    around === null ? undefined : handler => withAround(handler, around),
  );
  const timeline = new Timeline(clock, record);
  const stopHooks = new StopHooks();
  const engine = new InProcessEngine({
    clock,
    record,
    stopHooks,
    unsettled: new UnsettledHandlers(),
    node: `${hostname()}:${process.pid}`,
    limits: { process: settings.concurrency, groups: ofGroups(settings, group => group.concurrency) },
    groupThresholds: ofGroups(settings, group => group.errorThreshold),
    memory,
    onReturn: (taskName, tookMs) => loopWatch.returned(taskName, tookMs),
    onMoreRuns: task => {
      if (lifecycle.isRunning) timeline.add(table.find(task.name) ?? task);
    },
    onLastRun({ name, maxRuns }) {
      timeline.remove(name);
      record({ type: 'maxRunsReached', at: clock.now(), taskName: name, maxRuns: maxRuns! });
    },
  });
  const submit = (submission: Submission) => {
    ledger.count(submission);
    return engine.submit(submission);
  };
  const missed = new MissedInstants({ clock, record });
  const names = () => table.all().map(({ name }) => name);
  const watch = new Watch({ memory, clock, record, names, nextAt: () => timeline.nextAt });
  const inherit = (run: Run) => ledger.inherit(run);
  const isDone = (task: TaskDefinition) => engine.isDone(task);
  const recovery = new Recovery({ memory, watch, missed, clock, record, submit, inherit, isDone });
  const dispatcher = new Dispatcher({ missed, clock, record, submit });
  const startRuns = new StartRuns({ clock, record, submit });
  const lifecycle = new Lifecycle({
    table,
    timeline,
    engine,
    dispatcher,
    startRuns,
    recovery,
    watch,
    stopHooks,
    clock,
    record,
  });
  const overrides = new Overrides(settings.overrides);
  const changes = new TaskChanges({
    table,
    timeline,
    engine,
    resolver,
    lifecycle,
    recovery,
    watch,
    startRuns,
    overrides,
    clock,
    record,
  });
  const { events$ } = recorder;
  const formatter = settings.layer.logFormatter ?? textFormatter;
  const formatterOf = (taskName = '') => table.find(taskName)?.logFormatter ?? formatter;
  new RunLogger({ threshold: settings.logThreshold, formatterOf }).listen(events$);
  const { autoStart, blocking, shutdownTimeoutMs } = settings;
  let isDefined = false;
  let forgetHooksCheck: (() => void) | undefined;
  return {
    registry: new SchedulerRegistry({
      table,
      changes,
      engine,
      store,
      clock,
      events$,
      groups: settings.policy.groups,
      lifecycle,
      ledger,
    }),
    scheduler: new TaskScheduler({ table, changes, lifecycle, callsOf, blocking, shutdownTimeoutMs }),
    get isDefined() {
      return isDefined;
    },
    define(tasks) {
      isDefined = true;
      changes.define(tasks);
    },
    async boot() {
      const tasks = table.all();
      settings.policy.allowances?.forEach(allowance => refuseUnknownNames(allowance, tasks));
      overrides.refuseUnknownNames(tasks);
      if (autoStart) await lifecycle.start();
      forgetHooksCheck = checkShutdownHooks(() => record({ type: 'shutdownHooksMissing', at: clock.now() }));
    },
    async close() {
      forgetHooksCheck?.();
      const startedAt = clock.now();
      await lifecycle.close({ running: 'wait', timeoutMs: shutdownTimeoutMs });
      const leftMs = startedAt + shutdownTimeoutMs - clock.now();
      await recorder.close(Math.min(Math.max(leftMs, LEAST_FOR_STORE_MS), shutdownTimeoutMs));
    },
  };
}

/** What the store gets at least to keep the last runs, however long these took. */
const LEAST_FOR_STORE_MS = 1_000;

/** What some groups have, by group. */
function ofGroups<T>({ policy }: StsSettings, get: (group: GroupPolicy) => T | null): ReadonlyMap<string, T> {
  const values = [...policy.groups].map(([name, group]) => [name, get(group)] as const);
  return new Map(values.filter((entry): entry is [string, T] => entry[1] !== null));
}

/**
 * A clock whose timers fire outside of whatever async context set them: a task that a request has added must not run
 * in the context of that request for ever.
 */
function outsideOfCallers(clock: Clock): Clock {
  const outside = AsyncLocalStorage.snapshot();
  return {
    now: () => clock.now(),
    after: (ms, fire, options) => clock.after(ms, () => outside(fire), options),
  };
}
