import { hostname } from 'node:os';
import { Dispatcher } from '../engine/dispatcher.js';
import type { Engine, Submission } from '../engine/engine.js';
import type { EngineHost, EngineOption, SharedEngine } from '../engine/shared.engine.js';
import { InProcessEngine } from '../engine/in-process.engine.js';
import { MissedInstants } from '../engine/missed.instants.js';
import { Timeline } from '../engine/timeline.js';
import { UnsettledHandlers } from '../executor/unsettled.handlers.js';
import type { Draws } from '../policy/draws.js';
import { DurableMemory } from '../run/durable.memory.js';
import type { Run } from '../run/run.js';
import type { StsEvent } from '../run/run.events.js';
import type { DurableState } from '../run/run.store.js';
import type { StsSettings } from '../sts.settings.js';
import { StopHooks } from '../task/stop.hooks.js';
import type { GroupPolicy } from '../task/task.resolver.js';
import { TaskTable } from '../task/task.table.js';
import type { Clock } from '../time/clock.js';
import { Lifecycle } from './lifecycle.js';
import { Recovery } from './recovery.js';
import { StartRuns } from './start.runs.js';
import { Watch } from './watch.js';

/** What a pipeline is made of, and whom it tells. */
export interface PipelineHost {
  readonly settings: Pick<StsSettings, 'concurrency' | 'policy'>;
  readonly clock: Clock;
  readonly draws: Draws;
  /** Hears of everything, at once. */
  readonly record: (event: StsEvent) => void;
  /** Hears of what this process is to account for: what is submitted, or what it takes where processes share runs. */
  readonly onSubmit?: (submission: Submission) => void;
  /** Hears of what it need not account for after all. */
  readonly onLost?: (submission: Submission) => void;
  /** Hears of each instant that an earlier process accepted, and that ends here. */
  readonly onInherit?: (run: Run) => void;
  /** Hears of each attempt before it begins. */
  readonly onCall?: () => void;
  /** Hears how long a handler took until it returned, in ms: what it awaits does not count. */
  readonly onReturn?: (taskName: string, tookMs: number) => void;
  /** `undefined` when everything is forgotten with the process. */
  readonly durable: DurableState | undefined;
  /** Where runs execute in place of this process alone. */
  readonly engine?: EngineOption | null;
}

/** The way of a due instant, put together: from the timeline through the dispatcher to the engine. */
export interface Pipeline {
  readonly table: TaskTable;
  readonly timeline: Timeline;
  readonly engine: Engine;
  /** Where processes share runs: what they share. */
  readonly shared: SharedEngine | undefined;
  /** The name of this process in runs. */
  readonly node: string;
  readonly recovery: Recovery;
  readonly watch: Watch;
  readonly startRuns: StartRuns;
  readonly lifecycle: Lifecycle;
  readonly memory: DurableMemory;
  readonly unsettled: UnsettledHandlers;
  readonly stopHooks: StopHooks;
}

/** It keeps and shows nothing: what happens is told to `record`. */
export function createPipeline(host: PipelineHost): Pipeline {
  const {
    settings,
    clock,
    draws,
    record,
    onSubmit,
    onInherit,
    onCall = () => undefined,
    onReturn = () => undefined,
  } = host;
  const table = new TaskTable();
  const timeline = new Timeline(clock, record);
  const unsettled = new UnsettledHandlers();
  const stopHooks = new StopHooks();
  const engineHost: EngineHost = {
    clock,
    draws,
    record,
    stopHooks,
    unsettled,
    node: `${hostname()}:${process.pid}`,
    limits: { process: settings.concurrency, groups: ofGroups(settings, group => group.concurrency) },
    groupThresholds: ofGroups(settings, group => group.errorThreshold),
    onCall,
    onReturn,
    find: name => table.find(name),
    onTaken: submission => onSubmit?.(submission),
    onLost: submission => host.onLost?.(submission),
  };
  const shared = host.engine?.create(engineHost);
  const memory = new DurableMemory({ durable: shared?.store.durable ?? host.durable, clock, record });
  const ownEngine = (): Engine =>
    new InProcessEngine({
      ...engineHost,
      memory,
      onMoreRuns: task => {
        if (lifecycle.isRunning) timeline.add(table.find(task.name) ?? task);
      },
      onLastRun({ name, maxRuns }) {
        timeline.remove(name);
        record({ type: 'maxRunsReached', at: clock.now(), taskName: name, maxRuns: maxRuns! });
      },
    });
  const engine = shared?.engine ?? ownEngine();
  const submit = (submission: Submission) => {
    if (shared === undefined) onSubmit?.(submission);
    return engine.submit(submission);
  };
  const missed = new MissedInstants({ clock, record });
  const watch = new Watch({ memory, clock, record, nextAt: () => timeline.nextAt });
  const inherit = (run: Run) => onInherit?.(run);
  const recovery = new Recovery({ memory, watch, missed, engine, clock, record, submit, inherit });
  const dispatcher = new Dispatcher({ missed, draws, clock, record, submit });
  const startRuns = new StartRuns({ draws, clock, record, submit });
  const parts = { table, timeline, engine, dispatcher, startRuns, recovery, watch, stopHooks };
  const lifecycle = new Lifecycle({ ...parts, clock, record });
  return { ...parts, lifecycle, memory, unsettled, shared, node: engineHost.node };
}

/** What some groups have, by group. */
function ofGroups<T>(
  { policy }: PipelineHost['settings'],
  get: (group: GroupPolicy) => T | null,
): ReadonlyMap<string, T> {
  const values = [...policy.groups].map(([name, group]) => [name, get(group)] as const);
  return new Map(values.filter((entry): entry is [string, T] => entry[1] !== null));
}
