import { durationText } from '../time/local.time.js';
import type { PlanDiff, PlannedCollision, PlannedMove, PlannedSwitch } from './plan.changes.js';
import { offText } from './plan.text.js';

/** So many instants are named, of each kind and task. */
const MOST_NAMED = 3;

/** What differs, task by task; `''` when nothing does. */
export function diffText(diff: Omit<PlanDiff, 'isSame' | 'text'>): string {
  const { tasks, rules, switched, lost, added, moved, clockChanges } = diff;
  const changed = [...rules, ...switched, ...lost, ...added, ...moved, ...clockChanges].map(
    ({ task }) => task,
  );
  const names = [...new Set([...changed, ...tasks.added, ...tasks.removed])].sort();
  const told = names.map(name => `${name}${noteOf(name, diff)}\n${linesOf(name, diff).join('')}`);
  return [...told, collisionsText(diff.colliding)].filter(text => text !== '').join('\n');
}

function noteOf(name: string, { tasks }: Pick<PlanDiff, 'tasks'>): string {
  if (tasks.added.includes(name)) return ' (new)';
  return tasks.removed.includes(name) ? ' (gone)' : '';
}

function linesOf(name: string, diff: Omit<PlanDiff, 'isSame' | 'text'>): readonly string[] {
  const { lost, added, moved, rules, switched, clockChanges } = diff;
  const own = <T extends { readonly task: string }>(list: readonly T[]) =>
    list.filter(({ task }) => task === name);
  const [[rule], [other]] = [own(rules), own(switched)];
  return [
    ...(rule === undefined ? [] : rulesText(rule.before, rule.after)),
    ...(other === undefined ? [] : [`  ${switchText(other)}\n`]),
    ...counted('lost', own(lost), ({ at }) => at),
    ...counted('added', own(added), ({ at }) => at),
    ...counted(`moved${shiftText(own(moved))}`, own(moved), ({ from, to }) => `${from} to ${to}`),
    ...counted('at a change of the clocks', own(clockChanges), ({ at, change }) => `${at} (${change})`),
  ];
}

function rulesText(before: readonly string[], after: readonly string[]): readonly string[] {
  const gone = before.filter(rule => !after.includes(rule)).map(rule => `  - ${rule}\n`);
  return [...gone, ...after.filter(rule => !before.includes(rule)).map(rule => `  + ${rule}\n`)];
}

function switchText({ before, after }: PlannedSwitch): string {
  if (after === null) return `switched on, was ${offText(before!)}`;
  return before === null ? `switched ${offText(after)}` : `${offText(after)}, was ${offText(before)}`;
}

function counted<T>(what: string, list: readonly T[], name: (item: T) => string): readonly string[] {
  if (list.length === 0) return [];
  const more = list.length > MOST_NAMED ? [`and ${list.length - MOST_NAMED} more`] : [];
  const named = [...list.slice(0, MOST_NAMED).map(name), ...more].join(', ');
  return [`  ${list.length} ${list.length === 1 ? 'run' : 'runs'} ${what}: ${named}\n`];
}

/** ` by 1h`, when all have moved by the same. */
function shiftText(moved: readonly PlannedMove[]): string {
  const shifts = new Set(moved.map(({ from, to }) => Date.parse(to) - Date.parse(from)));
  const [ms] = shifts;
  if (ms === undefined || shifts.size > 1) return '';
  return ` by ${ms < 0 ? '-' : ''}${durationText(Math.abs(ms))}`;
}

function collisionsText(colliding: readonly PlannedCollision[]): string {
  if (colliding.length === 0) return '';
  const lines = colliding.map(({ tasks: [a, b], count, first }) => {
    const times = count === 1 ? 'at' : `${count} times, first at`;
    return `  ${a} and ${b}: ${times} ${first}\n`;
  });
  return `Due together, as they were not before\n${lines.join('')}`;
}
