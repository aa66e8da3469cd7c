import { Observable, type Subscriber } from 'rxjs';
import type { Clock } from '../time/clock.js';
import type { StsEvent } from '../run/run.events.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type { Trigger } from '../trigger/trigger.js';
import { isCoalesced } from '../policy/misfire.js';
import { DueQueue, type Queued } from './due-queue.js';

/** A task is due. */
export interface Due {
  readonly task: TaskDefinition;
  /** Epoch ms. */
  readonly dueAt: number;
  /** The trigger's instant after this one; `null` when there is none. */
  readonly nextAt: number | null;
}

/** No timer is longer, so that a clock that was set, or a computer that slept, is noticed within a minute. */
const LONGEST_TIMER_MS = 60_000;

/** A task on the timeline, with all of its triggers. */
interface Member {
  task: TaskDefinition;
  /** Only later instants are still to come: two triggers that name one instant make one run. Epoch ms. */
  doneUntil: number;
}

/** A trigger, with all tasks that follow it. */
interface Entry extends Queued {
  readonly trigger: Trigger;
  readonly members: Set<Member>;
}

/** An instant of an entry, with the instant after it. */
interface FiredEntry {
  readonly dueAt: number;
  readonly nextAt: number | null;
  readonly members: ReadonlySet<Member>;
}

/** Knows what is due next: one heap, one armed timer. */
export class Timeline {
  readonly #clock: Clock;
  readonly #record: (event: StsEvent) => void;
  readonly #members = new Map<string, Member>();
  readonly #entries = new Map<Trigger, Entry>();
  #queue = new DueQueue<Entry>();
  #created = 0;
  #subscriber: Subscriber<Due> | undefined;
  #timer: { readonly at: number; readonly disarm: () => void } | undefined;

  constructor(clock: Clock, record: (event: StsEvent) => void) {
    this.#clock = clock;
    this.#record = record;
  }

  /** Every due instant of every task, in order, while somebody is subscribed. One subscriber at a time. */
  readonly due$ = new Observable<Due>(subscriber => {
    this.#subscriber = subscriber;
    this.#arm();
    return () => {
      this.#subscriber = undefined;
      this.#timer?.disarm();
      this.#timer = undefined;
      // A later start begins anew: an entry that stayed would walk through all the time in between.
      this.#members.clear();
      this.#entries.clear();
      this.#queue = new DueQueue();
    };
  });

  /** Names all that is due by now, at once. */
  flush(): void {
    while ((this.nextAt ?? Infinity) <= this.#clock.now()) this.#wake();
  }

  /** The next instant of any task, epoch ms; `null` when there is none. */
  get nextAt(): number | null {
    return this.#queue.peek()?.dueAt ?? null;
  }

  /** From now on, in place of the task that had its name. */
  add(task: TaskDefinition): void {
    const known = this.#members.get(task.name);
    const isMore = known !== undefined && known.task.owner === task.owner;
    if (!isMore) this.remove(task.name);
    const member = isMore ? known : { task, doneUntil: this.#clock.now() };
    const triggers = isMore ? task.triggers.filter(t => !known.task.triggers.includes(t)) : task.triggers;
    member.task = task;
    this.#members.set(task.name, member);
    for (const trigger of triggers) this.#join(member, trigger);
    this.#arm();
  }

  remove(taskName: string): void {
    const member = this.#members.get(taskName);
    if (member === undefined) return;
    this.#members.delete(taskName);
    for (const trigger of member.task.triggers) {
      const entry = this.#entries.get(trigger);
      if (entry?.members.delete(member) && entry.members.size === 0) this.#drop(entry);
    }
  }

  #join(member: Member, trigger: Trigger): void {
    const known = this.#entries.get(trigger);
    if (known !== undefined) {
      known.members.add(member);
      return;
    }
    const entry = { trigger, members: new Set([member]), dueAt: 0, order: this.#created++, position: 0 };
    const dueAt = this.#nextOf(entry, null);
    if (dueAt === null) return;
    entry.dueAt = dueAt;
    this.#entries.set(trigger, entry);
    this.#queue.push(entry);
  }

  /** A user's trigger may throw: then it names no instant any more, and all else goes on. */
  #nextOf({ trigger, members }: Entry, lastDueAt: number | null): number | null {
    let error: unknown;
    try {
      const dueAt = trigger.next(lastDueAt ?? this.#clock.now());
      if (dueAt !== null) return dueAt;
    } catch (thrown) {
      error = thrown;
    }
    for (const { task } of members) {
      const common = { at: this.#clock.now(), taskName: task.name, trigger: String(trigger) };
      this.#record(
        error === undefined
          ? { type: 'triggerExhausted', ...common, lastDueAt }
          : { type: 'triggerFailed', ...common, error },
      );
    }
    return null;
  }

  #drop(entry: Entry): void {
    this.#entries.delete(entry.trigger);
    this.#queue.remove(entry);
  }

  #arm(): void {
    if (this.#subscriber === undefined) return;
    const at = Math.min(this.nextAt ?? Infinity, this.#clock.now() + LONGEST_TIMER_MS);
    if (this.#timer !== undefined && this.#timer.at <= at) return;
    this.#timer?.disarm();
    this.#timer = { at, disarm: this.#clock.setTimer(at, () => this.#wake()) };
  }

  /**
   * Fires each entry once at most: when several of its instants are late, the others follow in later turns of
   * the event loop, so that one instant's run can end before the next one is due, and I/O goes on in between.
   */
  #wake(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    const fired = new Set<Entry>();
    const due: FiredEntry[] = [];
    for (
      let entry = this.#queue.peek();
      entry !== undefined && entry.dueAt <= now;
      entry = this.#queue.peek()
    ) {
      if (fired.has(entry)) break;
      const moved = this.#moveOn(entry);
      due.push(moved);
      // What is coalesced runs nothing, so it needs no turn of its own.
      if (!isCoalesced({ ...moved, now }) || due.length > 1_000) fired.add(entry);
    }
    due.forEach(entry => this.#fire(entry));
    this.#arm();
  }

  /** All entries move on before anybody hears of them: a handler may add and remove tasks within its call. */
  #moveOn(entry: Entry): FiredEntry {
    const { dueAt, members } = entry;
    const nextAt = this.#nextOf(entry, dueAt);
    if (nextAt === null) {
      this.#drop(entry);
    } else {
      entry.dueAt = nextAt;
      this.#queue.postponeFirst();
    }
    return { dueAt, nextAt, members };
  }

  #fire({ dueAt, nextAt, members }: FiredEntry): void {
    for (const member of members) {
      if (member.doneUntil >= dueAt) continue;
      member.doneUntil = dueAt;
      this.#subscriber?.next({ task: member.task, dueAt, nextAt });
    }
  }
}
