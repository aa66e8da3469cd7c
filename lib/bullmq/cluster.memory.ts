import { createHash } from 'node:crypto';
import type { DurableState } from '../run/run.store.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type { Clock } from '../time/clock.js';
import type { Connections } from './connections.js';
import { watchId } from './fact.ids.js';
import { factsOf, note } from './facts.js';

export interface ClusterMemoryHost {
  readonly connections: Connections;
  readonly clock: Clock;
  readonly find: (taskName: string) => TaskDefinition | undefined;
  /** The latest instant up to `until` (epoch ms) up to which every submission is acknowledged. */
  readonly submittedUntil: (until: number) => number;
}

/** What the processes of one plan have looked after: those of another version may have other tasks, or other triggers. */
interface Watched {
  readonly hash: string;
  /** Epoch ms: every instant until then is submitted. */
  readonly until: number;
  /** By task: its triggers, in short. */
  readonly tasks: Readonly<Record<string, string>>;
}

/** A plan that nobody has worked by for so long is of no use any more. */
const FORGOTTEN_MS = 30 * 24 * 3_600_000;

/** What the processes leave for the next one: since when nobody has looked after a task. What was begun, BullMQ takes up by itself. */
export class ClusterMemory implements DurableState {
  readonly #host: ClusterMemoryHost;
  #tasks: Watched['tasks'] = {};
  #plans: Promise<readonly Watched[]> | undefined;
  #saving: Promise<void> = Promise.resolve();

  constructor(host: ClusterMemoryHost) {
    this.#host = host;
  }

  unfinished(): readonly [] {
    // Asked first at each start: what was read for an earlier one is old.
    this.#plans = undefined;
    return [];
  }

  /** Since when nobody has looked after a task, by its present triggers, or else by others. */
  async lastDueAt(taskName: string, until: number): Promise<number | null> {
    const plans = await (this.#plans ??= this.#read());
    const known = plans.filter(({ tasks }) => tasks[taskName] !== undefined);
    const own = shortOf(this.#host.find(taskName));
    const same = known.filter(({ tasks }) => tasks[taskName] === own);
    const untils = (same.length > 0 ? same : known).map(plan => plan.until).filter(at => at <= until);
    return untils.length === 0 ? null : Math.max(...untils);
  }

  flush(): void {}

  /** Which tasks were looked after; until when, `lastDueAt` says, for it depends on the task's triggers. */
  async load(key: string): Promise<unknown> {
    if (key !== 'watchedTasks') return undefined;
    const plans = await (this.#plans ??= this.#read());
    return { names: [...new Set(plans.flatMap(({ tasks }) => Object.keys(tasks)))], others: [] };
  }

  save(key: string, value: unknown): Promise<void> {
    if (key === 'watchedTasks') this.#tasks = this.#shortOf((value as { names: readonly string[] }).names);
    if (key !== 'watchedUntil') return this.#saving;
    const save = () => this.#save(value as number);
    this.#saving = this.#saving.then(save, save);
    return this.#saving;
  }

  /** Resolves when what was saved is kept, or has failed. */
  async settled(): Promise<void> {
    await this.#saving.catch(() => undefined);
  }

  async #save(wanted: number): Promise<void> {
    const until = this.#host.submittedUntil(wanted);
    const hash = createHash('sha256').update(JSON.stringify(this.#tasks)).digest('hex').slice(0, 16);
    const opened = await this.#host.connections.opened();
    await note<Watched>(opened, {
      kind: 'watch',
      id: watchId(hash),
      data: { hash, until, tasks: this.#tasks },
    });
  }

  async #read(): Promise<readonly Watched[]> {
    const facts = await factsOf<Watched>(await this.#host.connections.opened(), 'watch');
    const oldest = this.#host.clock.now() - FORGOTTEN_MS;
    const old = facts.filter(({ data }) => data.until < oldest);
    await Promise.all(old.map(fact => fact.remove().catch(() => undefined)));
    return facts.filter(fact => !old.includes(fact)).map(({ data }) => data);
  }

  #shortOf(names: readonly string[]): Watched['tasks'] {
    const known = names.toSorted().flatMap(name => {
      const task = this.#host.find(name);
      return task === undefined ? [] : [[name, shortOf(task)] as const];
    });
    return Object.fromEntries(known);
  }
}

function shortOf(task: TaskDefinition | undefined): string {
  return task?.triggers.map(String).join(', ') ?? '';
}
