import { InvalidOptionError } from '../errors.js';
import { collisionsOf } from './plan.collisions.js';
import { instantsOf, rowWith, type Fires } from './fires.js';
import { isoOf } from '../time/local.time.js';
import type { PlanDiff, PlannedClockChange, PlannedRules, PlannedSwitch } from './plan.changes.js';
import { diffText } from './plan.diff.text.js';
import type { FirePlan, PlanSpan, TaskPlan } from './plan.js';
import { parsePlan } from './plan.text.js';

/**
 * What differs between two texts of `firePlan()`, in the time that they have in common.
 *
 * @throws {InvalidOptionError} for a text that is no plan, and for plans that have no time in common.
 */
export function diffPlans(before: string, after: string): PlanDiff {
  const [earlier, later] = [parsePlan(before, 'diffPlans(): before'), parsePlan(after, 'diffPlans(): after')];
  const span = { from: Math.max(earlier.from, later.from), to: Math.min(earlier.to, later.to) };
  if (span.from >= span.to) {
    const expected = `a plan that has some time in common with the other, from ${isoOf(earlier.from)} to ${isoOf(earlier.to)}`;
    const got = `from ${isoOf(later.from)} to ${isoOf(later.to)}`;
    throw new InvalidOptionError({ where: 'diffPlans(): after', expected, got, isGotText: true });
  }
  return diffOf(within(earlier, span), within(later, span));
}

/** A plan without what is due outside of a stretch of time. */
function within(plan: FirePlan, span: PlanSpan): FirePlan {
  if (plan.from === span.from && plan.to === span.to) return plan;
  const cut = (fires: Fires): readonly Fires[] => {
    if (fires.from >= span.from && fires.to < span.to) return [fires];
    const { from, count, everyMs } = fires;
    /** How many of them are before an instant. */
    const before = (at: number) => {
      if (at <= from) return 0;
      return count === 1 ? 1 : Math.min(Math.ceil((at - from) / everyMs), count);
    };
    const [first, end] = [before(span.from), before(span.to)];
    if (first === end) return [];
    const inside = { from: from + first * everyMs, to: from + (end - 1) * everyMs, count: end - first };
    return [{ ...fires, ...inside, everyMs: inside.count === 1 ? 0 : everyMs }];
  };
  return { ...span, tasks: plan.tasks.map(task => ({ ...task, fires: task.fires.flatMap(cut) })) };
}

function diffOf(before: FirePlan, after: FirePlan): PlanDiff {
  const names = (plan: FirePlan) => plan.tasks.map(({ name }) => name);
  const tasks = {
    added: names(after).filter(name => !names(before).includes(name)),
    removed: names(before).filter(name => !names(after).includes(name)),
  };
  const pairs = [...new Set([...names(before), ...names(after)])]
    .sort()
    .map(name => [taskIn(before, name), taskIn(after, name)] as const);
  const changes = pairs.map(([old, now]) => changesOf(old, now));
  const fresh = new Map(changes.map(({ task, lost, added }) => [task, { lost, added }]));
  const data = {
    tasks,
    rules: pairs.filter(([old, now]) => !isSameRule(old, now)).map(rulesOf),
    switched: pairs.filter(([old, now]) => old.offBy !== now.offBy).map(switchOf),
    lost: changes.flatMap(({ task, lost, isMove }) =>
      isMove ? [] : lost.map(at => ({ task, at: isoOf(at) })),
    ),
    added: changes.flatMap(({ task, added, isMove }) =>
      isMove ? [] : added.map(at => ({ task, at: isoOf(at) })),
    ),
    moved: changes.flatMap(({ task, lost, added, isMove }) =>
      isMove ? lost.map((at, i) => ({ task, from: isoOf(at), to: isoOf(added[i]!) })) : [],
    ),
    colliding: collisionsOf(before, after, task => fresh.get(task)!.added),
    clockChanges: pairs.flatMap(([old, now]) => clockChangesOf(old, now)),
  };
  const text = diffText(data);
  return { isSame: text === '', ...data, text };
}

/** A task that is not there is due never. */
function taskIn(plan: FirePlan, name: string): TaskPlan {
  return plan.tasks.find(task => task.name === name) ?? { name, rules: [], offBy: null, fires: [] };
}

interface Changes {
  readonly task: string;
  /** Epoch ms. */
  readonly lost: readonly number[];
  readonly added: readonly number[];
  readonly isMove: boolean;
}

function changesOf(before: TaskPlan, after: TaskPlan): Changes {
  const lost = instantsWithout(before.name, before.fires, after.fires);
  const added = instantsWithout(before.name, after.fires, before.fires);
  return { task: before.name, lost, added, isMove: lost.length > 0 && lost.length === added.length };
}

/** The instants of some fires that are not among others. Most are the same on both sides, and need not be counted. */
function instantsWithout(name: string, some: readonly Fires[], others: readonly Fires[]): readonly number[] {
  const key = ({ from, count, everyMs }: Fires) => `${from} ${count} ${everyMs}`;
  const [known, own] = [new Set(others.map(key)), new Set(some.map(key))];
  const rest = others.filter(fires => !own.has(key(fires)));
  const different: number[] = [];
  for (const { from, to, count, everyMs } of some.filter(fires => !known.has(key(fires)))) {
    for (let i = 0; i < count; i++) {
      const at = from + i * everyMs;
      const row = rowWith(rest, at);
      // In step with another row until one of them ends.
      if (row !== undefined && count > 1 && row.everyMs === everyMs)
        i = (Math.min(row.to, to) - from) / everyMs;
      if (row !== undefined) continue;
      if (different.push(at) > MOST_DIFFERENT) throw tooDifferent(name);
    }
  }
  return different;
}

/** More of them, each with its texts, do not fit into memory. */
const MOST_DIFFERENT = 1_000_000;

function tooDifferent(name: string): RangeError {
  return new RangeError(
    `diffPlans() tells ${MOST_DIFFERENT} runs of a task that differ, and of ${name} there are more. Compare plans of a shorter time.`,
  );
}

function isSameRule(before: TaskPlan, after: TaskPlan): boolean {
  // In which order decorators stand changes nothing.
  const told = ({ rules }: TaskPlan) => rules.toSorted().join('\n');
  return told(before) === told(after);
}

function rulesOf([before, after]: readonly [TaskPlan, TaskPlan]): PlannedRules {
  return { task: before.name, before: before.rules, after: after.rules };
}

function switchOf([before, after]: readonly [TaskPlan, TaskPlan]): PlannedSwitch {
  return { task: before.name, before: before.offBy, after: after.offBy };
}

function clockChangesOf(before: TaskPlan, after: TaskPlan): readonly PlannedClockChange[] {
  const changes = ({ name, fires }: TaskPlan) =>
    fires.flatMap(some => {
      const { change } = some;
      return change === null ? [] : instantsOf(some).map(at => ({ task: name, at: isoOf(at), change }));
    });
  const known = new Set(changes(before).map(({ at, change }) => `${at} ${change}`));
  return changes(after).filter(({ at, change }) => !known.has(`${at} ${change}`));
}
