import type { DurableMemory } from '../run/durable.memory.js';
import type { StsEvent } from '../run/run.events.js';
import type { Clock } from '../time/clock.js';

/** What a watch looks upon. */
export interface WatchHost {
  readonly memory: DurableMemory;
  readonly clock: Clock;
  readonly record: (event: StsEvent) => void;
  /** The tasks there are. */
  readonly names: () => readonly string[];
  /** The next instant of any of them, epoch ms; `null` when there is none. */
  readonly nextAt: () => number | null;
}

/** How often it is noted that somebody looks after the tasks. */
const EVERY_MS = 10_000;

/** The latest instant up to which each due instant was seen, epoch ms. */
const UNTIL = 'watchedUntil';
const TASKS = 'watchedTasks';
/** Of tasks that are there no more, and may come again when the app adds them. */
const MOST_EARLIER = 10_000;

/** Notes which tasks are looked after, and until when, so that the next process knows what it has missed. */
export class Watch {
  readonly #host: WatchHost;
  #earlier: ReadonlySet<string> = new Set();
  #earlierUntil: number | null = null;
  #isNoting = false;
  #disarm: (() => void) | undefined;

  constructor(host: WatchHost) {
    this.#host = host;
  }

  /** Reads what the process before has noted. */
  async restore(): Promise<void> {
    const { memory, clock, record } = this.#host;
    const [tasks, until] = [await memory.ask(d => d.load(TASKS)), await memory.ask(d => d.load(UNTIL))];
    this.#earlier = new Set(Array.isArray(tasks) ? (tasks as readonly string[]) : []);
    this.#earlierUntil = typeof until === 'number' ? until : null;
    const byMs = (this.#earlierUntil ?? -Infinity) - clock.now();
    if (byMs > EVERY_MS) record({ type: 'clockSetBack', at: clock.now(), byMs });
  }

  /** Since when nobody has looked after a task, epoch ms; `null` when it is seen for the first time. */
  async missedSince(taskName: string, now: number): Promise<number | null> {
    const lastDueAt = await this.#host.memory.ask(durable => durable.lastDueAt(taskName, now));
    const watchedUntil = this.#earlier.has(taskName) ? this.#earlierUntil : null;
    const known = [lastDueAt, watchedUntil].filter(at => typeof at === 'number' && at <= now);
    return known.length === 0 ? null : Math.max(...(known as readonly number[]));
  }

  /** From now on it is noted again and again. */
  begin(): void {
    this.noteTasks();
    this.#arm();
  }

  /** Notes which tasks there are, once for all that are added together. */
  noteTasks(): void {
    const { memory } = this.#host;
    if (!memory.isDurable || this.#isNoting) return;
    this.#isNoting = true;
    queueMicrotask(() => {
      this.#isNoting = false;
      memory.save(TASKS, this.#names());
      this.#note();
    });
  }

  /** Ends in order: all that is due by now was seen. */
  end(): void {
    if (this.#disarm === undefined) return;
    this.#disarm();
    this.#disarm = undefined;
    this.#host.memory.save(UNTIL, this.#host.clock.now());
  }

  #arm(): void {
    const { memory, clock } = this.#host;
    if (!memory.isDurable) return;
    this.#disarm = clock.after(EVERY_MS, () => {
      this.#note();
      this.#arm();
    });
  }

  /** What is due by now and was not seen yet is not behind us. */
  #note(): void {
    const { memory, clock, nextAt } = this.#host;
    if (this.#disarm === undefined) return;
    memory.save(UNTIL, Math.min(clock.now(), (nextAt() ?? Infinity) - 1));
  }

  #names(): readonly string[] {
    const names = this.#host.names();
    const own = new Set(names);
    const gone = [...this.#earlier].filter(name => !own.has(name)).slice(0, MOST_EARLIER);
    return [...names, ...gone];
  }
}
