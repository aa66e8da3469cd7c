import { Observable, type Subscriber } from 'rxjs';
import { missedUntil } from '../policy/misfire.js';
import type { StsEvent } from '../run/run.events.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type { Clock } from '../time/clock.js';
import { Plan, type Entry, type Member } from './plan.js';

/** A task is due. */
export interface Due {
  readonly task: TaskDefinition;
  /** Epoch ms. */
  readonly dueAt: number;
  /** When the instant was missed: the last instant (epoch ms) that counts as missed with it. Else `null`. */
  readonly missedUntil: number | null;
}

/** No timer is longer, so that a clock that was set, or a computer that slept, is noticed within a minute. */
const LONGEST_TIMER_MS = 60_000;

/** What network time corrects now and then is no step. */
const LEAST_STEP_BACK_MS = 1_000;

interface Timer {
  /** Epoch ms. */
  readonly at: number;
  /** Whether it fires in the next turn of the event loop, whatever the clock says. */
  readonly isNext: boolean;
  readonly disarm: () => void;
}

/** Knows what is due next: one heap, one armed timer. */
export class Timeline {
  readonly #clock: Clock;
  readonly #record: (event: StsEvent) => void;
  readonly #members = new Map<string, Member>();
  readonly #plan: Plan;
  #subscriber: Subscriber<Due> | undefined;
  #timer: Timer | undefined;

  constructor(clock: Clock, record: (event: StsEvent) => void) {
    this.#clock = clock;
    this.#record = record;
    this.#plan = new Plan(clock, record);
  }

  /** Every due instant of every task, in order, while somebody is subscribed. One subscriber at a time. */
  readonly due$ = new Observable<Due>(subscriber => {
    this.#subscriber = subscriber;
    this.#arm();
    return () => {
      this.#subscriber = undefined;
      this.#timer?.disarm();
      this.#timer = undefined;
      this.clear();
    };
  });

  /** The next instant of any task, epoch ms; `null` when there is none. */
  get nextAt(): number | null {
    return this.#plan.first?.dueAt ?? null;
  }

  /** A start begins anew: an entry that stayed would walk through all the time since it was added. */
  clear(): void {
    for (const member of this.#members.values()) member.isRemoved = true;
    this.#members.clear();
    this.#plan.clear();
  }

  /**
   * Names all that is due by now, at once, to whoever is subscribed. What becomes due meanwhile is left: tasks that are due
   * faster than they are named would keep it from ending.
   *
   * @returns the instant until which all is named, epoch ms.
   */
  flush(): number {
    const now = this.#clock.now();
    while (this.#subscriber !== undefined && (this.nextAt ?? Infinity) <= now) this.#wake();
    return now;
  }

  /**
   * In place of the task that had its name, whose triggers go on where they stay.
   *
   * @param after epoch ms; what is due later is named.
   */
  add(task: TaskDefinition, after = this.#clock.now()): void {
    const member = this.#members.get(task.name) ?? { task, doneUntil: after, isRemoved: false };
    const known = this.#members.has(task.name) ? member.task.triggers : [];
    member.task = task;
    this.#members.set(task.name, member);
    for (const trigger of known) if (!task.triggers.includes(trigger)) this.#plan.leave(member, trigger);
    for (const trigger of task.triggers)
      if (!known.includes(trigger)) this.#plan.join(member, trigger, after);
    this.#arm();
  }

  remove(taskName: string): void {
    const member = this.#members.get(taskName);
    if (member === undefined) return;
    this.#members.delete(taskName);
    member.isRemoved = true;
    for (const trigger of member.task.triggers) this.#plan.leave(member, trigger);
  }

  #arm(): void {
    if (this.#subscriber === undefined) return;
    const now = this.#clock.now();
    const at = Math.min(this.nextAt ?? Infinity, now + LONGEST_TIMER_MS);
    if (this.#timer !== undefined && isEnough(this.#timer, at, now)) return;
    this.#timer?.disarm();
    const fire = () => {
      this.#noticeSetBack(at);
      this.#wake();
    };
    const delayMs = Math.max(at - now, 0);
    this.#timer = { at, isNext: delayMs === 0, disarm: this.#clock.after(delayMs, fire) };
  }

  /**
   * Fires each task once at most: when several of its instants are late, the others follow in later turns of the
   * event loop, so that one instant's run can end before the next one is due, and I/O goes on in between.
   */
  #wake(): void {
    this.#timer?.disarm();
    this.#timer = undefined;
    const now = this.#clock.now();
    const fired = new Map<Entry, number>();
    for (let entry = this.#plan.first; entry !== undefined; entry = this.#plan.first) {
      if (entry.dueAt > now || this.#hasFired(entry, fired)) break;
      fired.set(entry, entry.dueAt);
      this.#plan.moveFirst(doneWith(entry, now));
    }
    // All entries have moved on before anybody hears of them: a handler may add and remove tasks within its call.
    for (const [{ members }, dueAt] of fired) this.#fire(members, dueAt, now);
    this.#arm();
  }

  /** Whether the entry, or another one of one of its tasks, is among those that have fired. */
  #hasFired(entry: Entry, fired: ReadonlyMap<Entry, number>): boolean {
    if (fired.has(entry)) return true;
    if (fired.size === 0 || !this.#plan.hasSharedMembers) return false;
    const others = [...fired].filter(([, dueAt]) => dueAt !== entry.dueAt);
    return others.some(([{ members }]) => [...entry.members].some(member => members.has(member)));
  }

  /** A timer is never early: when the wall clock says so (epoch ms), it was set back meanwhile. */
  #noticeSetBack(at: number): void {
    const now = this.#clock.now();
    const byMs = at - now;
    if (byMs < LEAST_STEP_BACK_MS) return;
    this.#record({ type: 'clockSetBack', at: now, byMs });
    for (const { members } of this.#plan.renew(now)) for (const member of members) member.doneUntil = now;
  }

  #fire(members: ReadonlySet<Member>, dueAt: number, now: number): void {
    for (const member of members) {
      const { task } = member;
      // Removed meanwhile, or done with by another of its triggers.
      if (member.isRemoved || member.doneUntil >= dueAt) continue;
      const missed = missedUntil(task, dueAt, now);
      member.doneUntil = missed ?? dueAt;
      this.#subscriber?.next({ task, dueAt, missedUntil: missed });
    }
  }
}

/** Whether a timer fires by `at`. One whose instant is over was overtaken by the wall clock, and says nothing about when. */
function isEnough(timer: Timer, at: number, now: number): boolean {
  return timer.isNext || (now <= timer.at && timer.at <= at);
}

/** Until when all members of an entry are done with: beyond its due instant when all of them missed more. */
function doneWith({ dueAt, members }: Entry, now: number): number {
  let least = Infinity;
  for (const { task } of members) {
    least = Math.min(least, missedUntil(task, dueAt, now) ?? dueAt);
    if (least === dueAt) break;
  }
  return Math.max(dueAt, least);
}
