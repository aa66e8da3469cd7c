import { show } from '../error.text.js';
import { isOfInstant, lastDueAtOf } from '../run/merged.skip.js';
import type { FinishedRun, Run } from '../run/run.js';
import type { EventOf, StsEvent } from '../run/run.events.js';
import type { DurableState } from '../run/run.store.js';
import type { Simulation, SimulatedRun, SimulatedSkip, SimulatedWait } from './simulation.js';

interface Going {
  readonly run: Run;
  readonly entry: Mutable<SimulatedRun>;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** More than these do not fit into memory. */
const MOST_RECORDS = 5_000_000;

/** Keeps what a simulation comes to; for its processes it is the history that outlives them. */
export class SimulationRecord implements Simulation, DurableState {
  readonly runs: Mutable<SimulatedRun>[] = [];
  readonly skips: Mutable<SimulatedSkip>[] = [];
  readonly waits: Mutable<SimulatedWait>[] = [];
  readonly problems: string[] = [];
  /** The run that started last: most end at once, before any other starts, and need no place in a map. */
  #latest: Going | undefined;
  readonly #going = new Map<string, Going>();
  readonly #waiting = new Map<string, { readonly run: Run; readonly entry: Mutable<SimulatedWait> }>();
  /** By task: the record of its latest instant, when that is a skip. */
  readonly #latestSkips = new Map<string, Mutable<SimulatedSkip>>();
  readonly #lastDueAt = new Map<string, number>();
  readonly #saved = new Map<string, unknown>();

  hear(event: StsEvent): void {
    if (event.type === 'runStarted') this.#start(event.run, event.at);
    else if (event.type === 'runFinished') this.#finish(event.run);
    else if (event.type === 'runSkipped') this.#skip(event.run);
    else if (event.type === 'runWaiting') this.#wait(event);
    else if (event.type === 'triggerFailed') this.#problem(event, `the trigger ${event.trigger}`);
    else if (event.type === 'policyFailed') this.#problem(event, `the function ${event.policy}`);
  }

  unfinished(): readonly Run[] {
    this.#putLatest();
    const unfinished = [...this.#waiting.values(), ...this.#going.values()].map(({ run }) => run);
    return unfinished.toSorted((a, b) => a.dueAt - b.dueAt);
  }

  lastDueAt(taskName: string): number | null {
    return this.#lastDueAt.get(taskName) ?? null;
  }

  /** Everything is kept at once. */
  flush(): void {}

  load(key: string): unknown {
    return this.#saved.get(key);
  }

  save(key: string, value: unknown): void {
    this.#saved.set(key, value);
  }

  #start(run: Run, at: number): void {
    const { id, taskName, cause, dueAt } = run;
    const entry = {
      task: taskName,
      cause,
      dueAt,
      startedAt: at,
      endedAt: null,
      outcome: null,
      reason: null,
    };
    this.#endWait(id, at);
    this.#seen(run, taskName);
    this.#putLatest();
    this.#latest = { run, entry };
    this.#add(this.runs, entry);
  }

  #finish(run: FinishedRun): void {
    const { id, taskName, cause, dueAt, startedAt, endedAt, outcome } = run;
    if (outcome.kind === 'skipped') return;
    this.#endWait(id, endedAt);
    const reason = 'reason' in outcome ? outcome.reason : null;
    const entry = this.#take(id);
    if (entry === undefined) {
      this.#seen(run, taskName);
      const ended = { task: taskName, cause, dueAt, startedAt, endedAt, outcome: outcome.kind, reason };
      return this.#add(this.runs, ended);
    }
    entry.endedAt = endedAt;
    entry.outcome = outcome.kind;
    entry.reason = reason;
  }

  #putLatest(): void {
    if (this.#latest !== undefined) this.#going.set(this.#latest.run.id, this.#latest);
    this.#latest = undefined;
  }

  #take(id: string): Mutable<SimulatedRun> | undefined {
    if (this.#latest?.run.id !== id) {
      const entry = this.#going.get(id)?.entry;
      this.#going.delete(id);
      return entry;
    }
    const { entry } = this.#latest;
    this.#latest = undefined;
    return entry;
  }

  #skip(run: FinishedRun): void {
    const { id, taskName, cause, dueAt, endedAt, outcome } = run;
    if (outcome.kind !== 'skipped') return;
    this.#endWait(id, endedAt);
    const { reason, count, lastDueAt } = outcome;
    const latest = this.#latestSkips.get(taskName);
    this.#seen(run, taskName);
    const isOneMore = latest?.reason === reason && latest.cause === cause && latest.to < dueAt;
    const entry = isOneMore ? latest : { task: taskName, cause, from: dueAt, to: dueAt, count: 0, reason };
    entry.to = lastDueAt;
    entry.count += count;
    this.#latestSkips.set(taskName, entry);
    if (!isOneMore) this.#add(this.skips, entry);
  }

  #wait({ run, waitsFor, at }: EventOf<'runWaiting'>): void {
    const { id, taskName, dueAt } = run;
    this.#endWait(id, at);
    this.#seen(run, taskName);
    const entry = { task: taskName, dueAt, waitsFor, from: at, to: null };
    this.#waiting.set(id, { run, entry });
    this.#add(this.waits, entry);
  }

  #endWait(id: string, at: number): void {
    if (this.#waiting.size === 0) return;
    const wait = this.#waiting.get(id);
    if (wait === undefined) return;
    wait.entry.to = at;
    this.#waiting.delete(id);
  }

  /** The latest instant of its task has its record. */
  #seen(run: Run, taskName: string): void {
    if (this.#latestSkips.size > 0) this.#latestSkips.delete(taskName);
    if (isOfInstant(run)) this.#lastDueAt.set(taskName, lastDueAtOf(run));
  }

  #problem({ at, taskName, error }: EventOf<'triggerFailed' | 'policyFailed'>, what: string): void {
    this.problems.push(`${taskName}: ${what} threw ${show(error)} at ${new Date(at).toISOString()}`);
  }

  #add<T>(list: T[], entry: T): void {
    list.push(entry);
    if (this.runs.length + this.skips.length + this.waits.length <= MOST_RECORDS) return;
    throw new RangeError(
      `simulate() keeps ${MOST_RECORDS} runs, skips and waits, and this is more. Simulate a shorter time.`,
    );
  }
}
