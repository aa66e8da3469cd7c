import { AsyncLocalStorage } from 'node:async_hooks';
import { filter, map } from 'rxjs';
import { withAround, type Around } from '../executor/around.js';
import { ModuleImportError } from '../errors.js';
import type { UnsettledHandlers } from '../executor/unsettled.handlers.js';
import { textFormatter } from '../log/log.formatter.js';
import { RunLogger } from '../log/run.logger.js';
import { COMMON_DRAWS, type Draws } from '../policy/draws.js';
import type { Pause } from '../policy/pause.js';
import { Failures } from '../run/failure.js';
import { DEFAULT_HISTORY, MemoryRunStore, type HistoryBounds } from '../run/memory.run-store.js';
import type { RunStore } from '../run/run.store.js';
import { EventStream } from '../run/event.stream.js';
import { RunRecorder } from '../run/run.recorder.js';
import type { StsEvent } from '../run/run.events.js';
import type { Scope } from '../run/scope.js';
import type { StsSettings } from '../sts.settings.js';
import { refuseUnknownNames } from '../task/allowance.js';
import { TaskResolver, type DoorOption } from '../task/task.resolver.js';
import type { TaskTable } from '../task/task.table.js';
import type { RawTask } from '../task/task.definition.js';
import { isSystemClock, schedulerViewOf, type Clock } from '../time/clock.js';
import type { CallsOf } from './added.task.js';
import { EventLoopWatch } from './event.loop.watch.js';
import { Ledger } from './ledger.js';
import { Overrides } from './overrides.js';
import { createPipeline } from './pipeline.js';
import { SchedulerRegistry } from './scheduler.registry.js';
import { checkShutdownHooks } from './shutdown.hooks.js';
import { TaskChanges } from './task.changes.js';
import { TaskScheduler } from './task.scheduler.js';

/** The parts of one scheduler, put together. */
export interface SchedulerCore {
  readonly registry: SchedulerRegistry;
  readonly scheduler: TaskScheduler;
  /** For the test kit and the plan. */
  readonly settings: StsSettings;
  readonly table: TaskTable;
  /** The handlers that have outlived their attempts. */
  readonly unsettled: UnsettledHandlers;
  /** Whether the tasks of the app have been taken in; those of modules that are loaded later come one module after another. */
  readonly isDefined: boolean;
  /** The pause of a task or a group by itself; `null` when it is not paused. */
  paused(scope: Scope): Pause | null;
  /**
   * What a door brings to the tasks that are taken in from now on.
   *
   * @throws {ModuleImportError} for a door that is there already.
   */
  extend(door: DoorPart): void;
  /** The name of this process in runs. */
  readonly node: string;
  /** Takes in what the explorer found. */
  define(tasks: readonly RawTask[]): void;
  /** Starts with the app, unless `autoStart` is false. */
  boot(): Promise<void>;
  /** Ends all runs and completes `events$`, with the app. */
  close(): Promise<void>;
}

/** What a door adds beside listening, before tasks are taken in. */
export interface DoorPart {
  /** Of a door that an app has once at most: how its module is imported, for messages. */
  readonly name?: string;
  /** Is called around every attempt, outside of the app's own hook. */
  readonly around?: Around;
  /** An option of tasks that is refused without the door. */
  readonly option?: DoorOption;
}

/** What a scheduler has from outside; all of it may be left out. */
export interface CoreHost {
  /** What Nest knows of the tasks that are added at run time. */
  readonly callsOf?: CallsOf;
  readonly draws?: Draws;
  /** What is kept in memory when the module does not say. */
  readonly history?: HistoryBounds;
}

/** Puts a scheduler together. It needs nothing of Nest but its Logger. */
export function createCore(
  settings: StsSettings,
  givenClock: Clock,
  { callsOf = () => undefined, draws = COMMON_DRAWS, history = DEFAULT_HISTORY }: CoreHost = {},
): SchedulerCore {
  const clock = outsideOfCallers(schedulerViewOf(givenClock));
  const ledger = new Ledger(clock.now());
  const record = (event: StsEvent) => {
    ledger.hear(event);
    loopWatch.hear(event);
    recorder.record(event);
  };
  const loopWatch = new EventLoopWatch({
    // What time a handler takes says nothing under a clock of a test.
    thresholdMs: isSystemClock(givenClock) ? settings.eventLoopWarningMs : null,
    clock,
    record,
    atWork: since => engine.atWork(since),
    nextAt: () => pipeline.timeline.nextAt,
  });
  const pipeline = createPipeline({
    settings,
    clock,
    draws,
    record,
    durable: settings.runStore?.durable,
    engine: settings.engine,
    onSubmit: submission => ledger.count(submission),
    onLost: submission => ledger.discount(submission),
    onInherit: run => ledger.inherit(run),
    onCall: () => loopWatch.called(),
    onReturn: (taskName, tookMs) => loopWatch.returned(taskName, tookMs),
  });
  const { table, engine, lifecycle, unsettled, shared, node } = pipeline;
  const { perTask = history.perTask, total = history.total } = settings.history;
  const store: RunStore = shared?.store ?? settings.runStore ?? new MemoryRunStore({ perTask, total });
  const recorder = new RunRecorder(store, clock);
  const arounds = settings.around === null ? [] : [settings.around];
  const doors = new Set<string>();
  const doorOptions = new Set<DoorOption>();
  const resolver = new TaskResolver(settings.policy, {
    around: handler => arounds.reduce(withAround, handler),
    doorOptions,
  });
  const overrides = new Overrides(settings.overrides);
  const changes = new TaskChanges({ ...pipeline, resolver, overrides, clock, record });
  const { events$ } = recorder;
  const formatter = settings.layer.logFormatter ?? textFormatter;
  const formatterOf = (taskName = '') => table.find(taskName)?.logFormatter ?? formatter;
  new RunLogger({ threshold: settings.logThreshold, formatterOf }).listen(events$);
  const { onError } = settings;
  if (onError) {
    const failures = new Failures();
    const failures$ = events$.pipe(
      map(event => failures.in(event)),
      filter(failure => failure !== null),
    );
    const guarded$ = new EventStream(failures$, error =>
      record({ type: 'listenerFailed', at: clock.now(), listener: 'onError', error }),
    );
    guarded$.subscribe(failure => onError(failure));
  }
  const { autoStart, blocking, shutdownTimeoutMs } = settings;
  let isDefined = false;
  let forgetHooksCheck: (() => void) | undefined;
  return {
    settings,
    table,
    unsettled,
    registry: new SchedulerRegistry({
      table,
      changes,
      engine,
      node,
      store,
      clock,
      events$,
      groups: settings.policy.groups,
      lifecycle,
      ledger,
      draws,
    }),
    scheduler: new TaskScheduler({ table, changes, lifecycle, callsOf, blocking, shutdownTimeoutMs }),
    node,
    get isDefined() {
      return isDefined;
    },
    paused: scope => engine.paused(scope),
    extend({ name, around, option }) {
      if (name !== undefined) {
        if (doors.has(name)) refuseTwice(name);
        doors.add(name);
      }
      if (around !== undefined) arounds.push(around);
      if (option !== undefined) doorOptions.add(option);
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

function refuseTwice(where: string): never {
  throw new ModuleImportError({
    where,
    expected: 'to be imported once',
    got: 'twice',
    isGotText: true,
    remedy: 'Import it beside StsModule.forRoot(), and nowhere else.',
  });
}

/** What the store gets at least to keep the last runs, however long these took. */
const LEAST_FOR_STORE_MS = 1_000;

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
