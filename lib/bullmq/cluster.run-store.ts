import type { EngineHost } from '../engine/shared.engine.js';
import { isOfInstant, lastDueAtOf } from '../run/merged.skip.js';
import { keptRun } from '../run/kept.run.js';
import { instantRunId, type Run } from '../run/run.js';
import type { DurableState, InstantRecord, RunPage, RunQuery, RunStore } from '../run/run.store.js';
import { lastOf } from '../trigger/stretch.js';
import { nextOf } from '../trigger/upcoming.js';
import type { ClusterSettings } from './bullmq.options.js';
import { RUNS, type Connections } from './connections.js';
import { listId, MOST_LISTED } from './fact.ids.js';
import { jobIdOf, runOf, type RunJob } from './run.job.js';

export interface ClusterRunStoreHost {
  readonly settings: ClusterSettings;
  readonly connections: Connections;
  readonly host: Pick<EngineHost, 'clock' | 'find'>;
  readonly memory: DurableState;
  readonly close: () => Promise<void>;
}

/** How many instants are looked at for a page: a task that was switched off for long has many without a run. */
const MOST_LOOKED_AT = 10_000;
const AT_ONCE = 500;

/** The runs of all processes, as their jobs tell of them. What happens here is written there already. */
export class ClusterRunStore implements RunStore {
  readonly #host: ClusterRunStoreHost;
  readonly durable: DurableState;

  constructor(host: ClusterRunStoreHost) {
    this.#host = host;
    this.durable = host.memory;
  }

  append(): void {}

  async find(id: string): Promise<Run | undefined> {
    const { runs } = await this.#host.connections.opened();
    const job: RunJob | undefined = await runs.getJob(jobIdOf(id));
    return job && keptRun(runOf(job));
  }

  async at(taskName: string, dueAt: number): Promise<InstantRecord> {
    const run = await this.find(instantRunId(taskName, dueAt));
    if (run !== undefined) return run;
    const covers = (other: Run) => isOfInstant(other) && other.dueAt <= dueAt && dueAt <= lastDueAtOf(other);
    const ofMany = (await this.#listed(taskName)).find(covers);
    return ofMany ?? (dueAt < this.#oldest ? 'forgotten' : undefined);
  }

  /** A run that an instant names is found by it, walking back; the others by their list. */
  async list({ taskName, limit, cursor }: RunQuery): Promise<RunPage> {
    const last = cursor === null ? null : await this.find(cursor);
    if (last === undefined) return { items: [], nextCursor: null };
    const isAfter = (run: Run) => last === null || precedes(last, run);
    const byHand = (await this.#listed(taskName)).filter(run => !isOfInstant(run) && isAfter(run));
    const byInstant = await this.#byInstant(taskName, last?.dueAt ?? this.#host.host.clock.now(), {
      most: limit + 1,
      isAfter,
    });
    const all = [...byHand, ...byInstant].toSorted((a, b) => (precedes(a, b) ? -1 : 1));
    const items = all.slice(0, limit);
    return { items, nextCursor: all.length > limit ? items.at(-1)!.id : null };
  }

  close(): Promise<void> {
    return this.#host.close();
  }

  get #oldest(): number {
    return this.#host.host.clock.now() - this.#host.settings.keepForMs;
  }

  async #byInstant(
    taskName: string,
    from: number,
    { most, isAfter }: { most: number; isAfter: (run: Run) => boolean },
  ): Promise<readonly Run[]> {
    const found: Run[] = [];
    let looked = 0;
    for (const dueAts of inChunks(this.#instantsBack(taskName, from), AT_ONCE)) {
      const runs = await this.#existing(dueAts.map(dueAt => instantRunId(taskName, dueAt)));
      found.push(...runs.filter(isAfter));
      looked += dueAts.length;
      if (found.length >= most || looked >= MOST_LOOKED_AT) break;
    }
    return found.slice(0, most);
  }

  async #existing(runIds: readonly string[]): Promise<readonly Run[]> {
    const { line } = await this.#host.connections.opened();
    const there = await line.existing(RUNS, runIds.map(jobIdOf));
    const runs = await Promise.all(runIds.filter(id => there.has(jobIdOf(id))).map(id => this.find(id)));
    return runs.filter(run => run !== undefined).map(run => run!);
  }

  *#instantsBack(taskName: string, from: number): Generator<number> {
    const triggers = this.#host.host.find(taskName)?.triggers ?? [];
    const oldest = nextOf(triggers, this.#oldest);
    if (oldest === null) return;
    for (let at = from; at >= oldest; at--) yield (at = lastOf(triggers, oldest, at));
  }

  async #listed(taskName: string): Promise<readonly Run[]> {
    const { facts } = await this.#host.connections.opened();
    const { logs } = await facts.getJobLogs(listId(taskName), 0, MOST_LISTED - 1, false);
    return this.#existing([...new Set(logs)]);
  }
}

/** Whether a run comes before another one on a page: the newest first. */
function precedes(a: Run, b: Run): boolean {
  return a.dueAt > b.dueAt || (a.dueAt === b.dueAt && a.id > b.id);
}

function* inChunks<T>(items: Iterable<T>, size: number): Generator<readonly T[]> {
  let chunk: T[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
