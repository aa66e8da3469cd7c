import { InvalidOptionError } from '../errors.js';
import { parseDuration } from '../time/duration.js';
import type { Fires } from './fires.js';
import type { FirePlan, TaskPlan } from './plan.js';
import { durationText, isoOf, localIsoOf, type ClockChange } from '../time/local.time.js';

/** A plan as people read it, and `parsePlan()` does. */
export function planText({ from, to, tasks }: FirePlan): string {
  const head = `Fire plan from ${isoOf(from)} to ${isoOf(to)}\n`;
  return [head, ...tasks.map(taskText)].join('\n');
}

function taskText({ name, rules, offBy, fires }: TaskPlan): string {
  const byHand = rules.length === 0 && offBy === null ? [BY_HAND] : [];
  const notes = [...byHand, ...(offBy === null ? [] : [offText(offBy)])];
  const told = [...rules.map(rule => `rule ${onOneLine(rule)}`), ...notes, ...fires.map(firesText)];
  return [nameText(name), ...told.map(line => `  ${line}`), ''].join('\n');
}

const BY_HAND = 'by hand only';

/** What stands beside the rules of a task that is switched off. */
export function offText(offBy: string): string {
  return `off (${onOneLine(offBy)})`;
}

function firesText({ from, to, count, everyMs, zone, change }: Fires): string {
  const spell = (instantText: (at: number) => string) =>
    count === 1 ? instantText(from) : `from ${instantText(from)} to ${instantText(to)}`;
  const rhythm = count === 1 ? 'at' : `every ${durationText(everyMs)} × ${count}`;
  const local = zone === null ? '' : ` = ${spell(at => localIsoOf(at, zone))}`;
  return `${rhythm} ${spell(isoOf)}${local}${change === null ? '' : `, ${change}`}`;
}

function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

/** A name may be any text; few are such that they need quotes. */
function nameText(name: string): string {
  return /^[^\s"][^\r\n]*$/.test(name) ? name : JSON.stringify(name);
}

const OFF = /^ {2}off \((.+)\)$/;
const HEAD = /^Fire plan from (\S+Z) to (\S+Z)$/;
const INSTANTS = /^ {2}(?:at (\S+Z)|every (\S+) × (\d+) from (\S+Z) to (\S+Z))( = .*\[(.+)\])?(?:, (.+))?$/;
const CHANGES: readonly (string | undefined)[] = ['clocks forward', 'first pass', 'second pass', undefined];

/**
 * Reads what `firePlan()` wrote, with any line ends.
 *
 * @throws {InvalidOptionError} that begins with `where` and names the line.
 */
export function parsePlan(text: string, where: string): FirePlan {
  const lines = text
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split(/\r?\n/);
  const [, from, to] = HEAD.exec(lines[0]!) ?? refuse(lines, 0, where);
  const span = { from: Date.parse(from!), to: Date.parse(to!) };
  if (Number.isNaN(span.from) || Number.isNaN(span.to)) refuse(lines, 0, where);
  const tasks: (TaskPlan & { rules: string[]; fires: Fires[]; offBy: string | null })[] = [];
  lines.forEach((line, i) => {
    if (i === 0 || line === '') return;
    const task = tasks.at(-1);
    if (!line.startsWith('  ')) {
      const name = line.startsWith('"') ? (unquoted(line) ?? refuse(lines, i, where)) : line;
      tasks.push({ name, rules: [], offBy: null, fires: [] });
    } else if (task === undefined) refuse(lines, i, where);
    else if (line.startsWith('  rule ')) task.rules.push(line.slice('  rule '.length));
    else if (OFF.test(line)) task.offBy = OFF.exec(line)![1]!;
    else if (line !== `  ${BY_HAND}`) task.fires.push(parseFires(line) ?? refuse(lines, i, where));
  });
  return { ...span, tasks };
}

function parseFires(line: string): Fires | undefined {
  const [isRead, at, every, count, first, last, , zone = null, change] = INSTANTS.exec(line) ?? [];
  if (isRead === undefined || !CHANGES.includes(change)) return undefined;
  const [from, to] = [Date.parse(at ?? first!), Date.parse(at ?? last!)];
  if (Number.isNaN(from) || Number.isNaN(to)) return undefined;
  const own = { from, to, zone, change: (change as ClockChange | undefined) ?? null };
  if (at !== undefined) return { ...own, count: 1, everyMs: 0 };
  const everyMs = msOf(every!);
  if (everyMs === undefined || everyMs === 0) return undefined;
  return from + (Number(count) - 1) * everyMs === to ? { ...own, count: Number(count), everyMs } : undefined;
}

function unquoted(line: string): string | undefined {
  try {
    return JSON.parse(line) as string;
  } catch {
    return undefined; // The line is refused.
  }
}

function msOf(duration: string): number | undefined {
  try {
    return parseDuration(duration, 'a plan');
  } catch {
    return undefined; // The line is refused.
  }
}

function refuse(lines: readonly string[], index: number, where: string): never {
  const expected = 'a fire plan, as firePlan() writes it';
  throw new InvalidOptionError({ where: `${where}, line ${index + 1}`, expected, got: lines[index] });
}
