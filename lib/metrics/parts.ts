import type { SchedulerRegistry } from '../scheduler/scheduler.registry.js';
import type { AppPart, PartsHost } from './app.part.js';
import { watchEventLoopDelay, type EventLoopDelay, type LoopDelay } from './event.loop.delay.js';
import { figuresOf, type TaskFigures } from './task.figures.js';

/** The apps of a process that share what shows their metrics. */
export class Parts implements PartsHost {
  readonly #parts = new Set<AppPart>();
  readonly #schedulers = new WeakSet<SchedulerRegistry>();
  #loop: EventLoopDelay | undefined;
  /** What is answered within this turn of the event loop. */
  #loopDelay: LoopDelay | undefined;
  #figures: readonly TaskFigures[] | undefined;

  /** Whether it is the first part of its app. */
  isFirstOf(scheduler: SchedulerRegistry): boolean {
    const isFirst = !this.#schedulers.has(scheduler);
    this.#schedulers.add(scheduler);
    return isFirst;
  }

  /** The values of apps that have closed stay until another one comes. */
  join(part: AppPart): void {
    if (this.#parts.has(part)) return;
    for (const other of this.#parts) {
      if (!other.isClosed) continue;
      this.#parts.delete(other);
      other.drop();
    }
    this.#parts.add(part);
    this.#loop ??= watchEventLoopDelay();
  }

  closed(): void {
    if ([...this.#parts].some(({ isClosed }) => !isClosed)) return;
    this.#loop?.stop();
    this.#loop = undefined;
  }

  /** Of the tasks of all parts. */
  figures(): readonly TaskFigures[] {
    if (this.#figures !== undefined) return this.#figures;
    this.#forgetSoon();
    return (this.#figures = figuresOf(this.#parts));
  }

  /** In seconds, since the last time. */
  loopDelay(): LoopDelay {
    if (this.#loopDelay !== undefined) return this.#loopDelay;
    this.#forgetSoon();
    this.#loopDelay = this.#loop?.read() ?? { p50: 0, p99: 0, max: 0 };
    this.#loop?.beginAnew();
    return this.#loopDelay;
  }

  async unaccounted(): Promise<number> {
    const each = await Promise.all([...this.#parts].map(part => part.unaccounted()));
    return each.reduce((sum, n) => sum + n, 0);
  }

  #forgetSoon(): void {
    queueMicrotask(() => {
      this.#loopDelay = undefined;
      this.#figures = undefined;
    });
  }
}
