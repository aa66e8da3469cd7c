import type { DurableMemory } from '../run/durable.memory.js';
import type { StsEvent } from '../run/run.events.js';
import type { Clock } from '../time/clock.js';

/** What a watch looks upon. */
export interface WatchHost {
  readonly memory: DurableMemory;
  readonly clock: Clock;
  readonly record: (event: StsEvent) => void;
  /** The next instant of any task, epoch ms; `null` when there is none. */
  readonly nextAt: () => number | null;
}

/** How often it is noted that somebody looks after the tasks. */
const EVERY_MS = 10_000;

/** Up to when each due instant of the tasks was seen, epoch ms. */
const UNTIL = 'watchedUntil';
/** Which tasks these are, and up to when others were looked after that are not there now. */
const TASKS = 'watchedTasks';
/** Of how many such others something is known. */
const MOST_OTHERS = 10_000;

interface Noted {
  readonly names: readonly string[];
  readonly others: readonly (readonly [string, number])[];
}

/** Notes which tasks are looked after, and until when, so that the next process knows what it has missed. */
export class Watch {
  readonly #host: WatchHost;
  readonly #names = new Set<string>();
  /** Tasks that an earlier process looked after and this one does not, by name: until when. Epoch ms. */
  #others = new Map<string, number>();
  #disarm: (() => void) | undefined;

  constructor(host: WatchHost) {
    this.#host = host;
  }

  /** Reads what the process before has noted. */
  async restore(): Promise<void> {
    const { memory, clock, record } = this.#host;
    const until = await memory.ask(async durable => asInstant(await durable.load(UNTIL)));
    const noted = await memory.ask(async durable => asNoted(await durable.load(TASKS)));
    const own = (noted?.names ?? []).map(name => [name, until ?? NaN] as const);
    this.#names.clear();
    this.#others = new Map([...(noted?.others ?? []), ...own]);
    const byMs = (until ?? -Infinity) - clock.now();
    if (byMs > EVERY_MS) record({ type: 'clockSetBack', at: clock.now(), byMs });
  }

  /** Since when nobody has looked after a task, epoch ms; `null` when nobody did before, or this process does. */
  async missedSince(taskName: string, now: number): Promise<number | null> {
    const watchedUntil = this.#others.get(taskName);
    if (watchedUntil === undefined) return null;
    const lastDueAt = await this.#host.memory.ask(durable => durable.lastDueAt(taskName, now));
    const known = [lastDueAt, watchedUntil].filter(at => typeof at === 'number' && at <= now);
    return known.length === 0 ? null : Math.max(...(known as readonly number[]));
  }

  /** From now on these tasks are looked after: what they had missed has been submitted. */
  begin(names: readonly string[]): void {
    if (!this.#host.memory.isDurable) return;
    names.forEach(name => this.#take(name));
    this.#arm();
    this.#note();
  }

  /** From now on another task is looked after. */
  add(name: string): void {
    if (this.#disarm === undefined) return;
    this.#take(name);
    this.#note();
  }

  /** A task is gone for good: when it comes back, it has missed nothing. */
  remove(name: string): void {
    this.#others.delete(name);
    if (this.#names.delete(name) && this.#disarm !== undefined) this.#note();
  }

  /** Ends in order: all that was due until then (epoch ms) was seen. */
  end(until: number): void {
    if (this.#disarm === undefined) return;
    this.#disarm();
    this.#disarm = undefined;
    this.#host.memory.saveSoon(UNTIL, () => until);
  }

  #take(name: string): void {
    this.#others.delete(name);
    this.#names.add(name);
  }

  #arm(): void {
    this.#disarm = this.#host.clock.after(EVERY_MS, () => {
      this.#host.memory.saveSoon(UNTIL, () => this.#until());
      this.#arm();
    });
  }

  /** Both together: names without their instant, or an instant without its names, would tell what is not so. */
  #note(): void {
    const { memory } = this.#host;
    memory.saveSoon(TASKS, () => {
      const others = [...this.#others].slice(-MOST_OTHERS);
      return { names: [...this.#names], others } satisfies Noted;
    });
    memory.saveSoon(UNTIL, () => this.#until());
  }

  /** What is due by now and was not seen yet is not behind us. */
  #until(): number {
    return Math.min(this.#host.clock.now(), (this.#host.nextAt() ?? Infinity) - 1);
  }
}

function asInstant(value: unknown): number | undefined {
  if (value === undefined || typeof value === 'number') return value;
  throw new TypeError(`${UNTIL} expects epoch ms, got ${typeof value}.`);
}

/** @throws {TypeError} for what was not saved here. */
function asNoted(value: unknown): Noted {
  const { names, others } = (value ?? { names: [], others: [] }) as Noted;
  return { names: [...names], others: others.map(([name, until]) => [name, until]) };
}
