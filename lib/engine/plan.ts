import type { StsEvent } from '../run/run.events.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type { Clock } from '../time/clock.js';
import type { Trigger } from '../trigger/trigger.js';
import { upcoming } from '../trigger/upcoming.js';
import { DueQueue, type Queued } from './due-queue.js';

/** A task on the plan, with all of its triggers. */
export interface Member {
  task: TaskDefinition;
  /** Only later instants are still to come: two triggers that name one instant make one run. Epoch ms. */
  doneUntil: number;
  /** Whether it is on the plan no more. */
  isRemoved: boolean;
}

/** A trigger, with all tasks that follow it, and its next instant. */
export interface Entry extends Queued {
  readonly trigger: Trigger;
  readonly members: Set<Member>;
}

/** The next instant of every trigger, in order. Tasks with the same trigger share one entry. */
export class Plan {
  readonly #clock: Clock;
  readonly #record: (event: StsEvent) => void;
  readonly #entries = new Map<Trigger, Entry>();
  #queue = new DueQueue<Entry>();
  #created = 0;
  /** How many triggers of tasks with several have joined. Some may have left: then a little is looked up in vain. */
  #shared = 0;

  constructor(clock: Clock, record: (event: StsEvent) => void) {
    this.#clock = clock;
    this.#record = record;
  }

  /** The entry that is due first. */
  get first(): Entry | undefined {
    return this.#queue.peek();
  }

  /** Whether any task has several triggers. */
  get hasSharedMembers(): boolean {
    return this.#shared > 0;
  }

  /** @param after epoch ms, for a trigger that nobody follows yet. */
  join(member: Member, trigger: Trigger, after: number): void {
    if (member.task.triggers.length > 1) this.#shared++;
    const known = this.#entries.get(trigger);
    if (known !== undefined) return void known.members.add(member);
    const members = new Set([member]);
    this.#place({ trigger, members, dueAt: 0, order: this.#created++, position: 0 }, after);
  }

  leave(member: Member, trigger: Trigger): void {
    const entry = this.#entries.get(trigger);
    if (entry?.members.delete(member) && entry.members.size === 0) this.#drop(entry);
  }

  /** Goes on to the first entry's next instant after `after` (epoch ms). */
  moveFirst(after: number): void {
    const entry = this.first!;
    const dueAt = this.#nextOf(entry, after, entry.dueAt);
    if (dueAt === null) return this.#drop(entry);
    entry.dueAt = dueAt;
    this.#queue.postponeFirst();
  }

  /**
   * After the clock was set back: a rule that names several instants until its next one goes on from now, and a
   * rule that names one waits, so that a daily task does not run twice and a frequent one is not silent.
   *
   * @returns the entries that go on from now.
   */
  renew(now: number): readonly Entry[] {
    const isFrequent = ({ trigger, dueAt }: Entry) => (upcoming([trigger], now, 2)[1] ?? Infinity) < dueAt;
    const frequent = [...this.#entries.values()].filter(isFrequent);
    for (const entry of frequent) {
      this.#queue.remove(entry);
      this.#place(entry, now);
    }
    return frequent;
  }

  clear(): void {
    this.#entries.clear();
    this.#queue = new DueQueue();
  }

  #place(entry: Entry, after: number): void {
    const dueAt = this.#nextOf(entry, after, null);
    if (dueAt === null) return;
    entry.dueAt = dueAt;
    this.#entries.set(entry.trigger, entry);
    this.#queue.push(entry);
  }

  #drop(entry: Entry): void {
    this.#entries.delete(entry.trigger);
    this.#queue.remove(entry);
  }

  /** A user's trigger may throw: then it names no instant any more, and all else goes on. */
  #nextOf({ trigger, members }: Entry, after: number, lastDueAt: number | null): number | null {
    let error: unknown;
    try {
      const dueAt = trigger.next(after);
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
}
