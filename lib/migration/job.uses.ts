import ts from 'typescript';
import type { MigratedFile } from './migrated.file.js';
import { importedName, SCHEDULE } from './origin.js';
import { timeRule } from './cron.time.js';
import { schedulerText } from './scheduler.member.js';

/** What the registry of @nestjs/schedule hands out: a CronJob, or what setInterval() and setTimeout() gave. */
export type HandleKind = 'cron' | 'timer';

/** A registry's job, wherever it is used. */
export interface Handle {
  readonly kind: HandleKind;
  readonly registry: ts.Expression;
  readonly name: ts.Expression;
}

/** What takes the place of a node. */
export interface Replacement {
  readonly node: ts.Expression;
  /** `null` = its statement is taken out. */
  readonly text: string | null;
  /** Whether it gives a promise where there was none. */
  readonly isPromise?: boolean;
}

/** What takes the place of one use of a job; `undefined` when nothing here does the same. */
export function replacementOf(
  use: ts.Expression,
  handle: Handle,
  file: MigratedFile,
): Replacement | undefined {
  if (handle.kind === 'timer') return clearedTimer(use, handle, file);
  const access = use.parent;
  if (!ts.isPropertyAccessExpression(access) || access.expression !== use) return undefined;
  const registry = file.rewriting.text(handle.registry);
  const name = file.rewriting.text(handle.name);
  const isDisabled = file.jobs.isDisabled(handle.name);
  if (ACTIVE.has(access.name.text)) {
    const fields =
      isDisabled === undefined ? ['paused', 'disabledBy'] : [isDisabled ? 'disabledBy' : 'paused'];
    const tests = fields.map(field => `${registry}.get(${name}).${field} === null`);
    return { node: access, text: `(${tests.join(' && ')})` };
  }
  if (SWITCHES.has(access.name.text) && isDisabled === undefined) return undefined;
  if (access.name.text === 'isCallbackRunning')
    return { node: access, text: `(${registry}.get(${name}).running > 0)` };
  const call = access.parent;
  if (!ts.isCallExpression(call) || call.expression !== access) return undefined;
  const text = callText(access.name.text, call, handle, file);
  if (text !== undefined) return { node: call, text: `${registry}.${text}`, isPromise: true };
  return access.name.text === 'nextDate' ? nextDate(call, `${registry}.nextRuns(${name}, 1)[0]!`) : undefined;
}

/** `running` until cron 3, `isActive` since then. */
const ACTIVE: ReadonlySet<string> = new Set(['isActive', 'running']);
/** What is said in one way of a job that was disabled, and in another of all others. */
const SWITCHES: ReadonlySet<string> = new Set(['start', 'stop']);

function callText(
  method: string,
  call: ts.CallExpression,
  handle: Handle,
  file: MigratedFile,
): string | undefined {
  const name = file.rewriting.text(handle.name);
  const isDisabled = file.jobs.isDisabled(handle.name);
  switch (method) {
    case 'start':
      return isDisabled ? `update(${name}, { enabled: true })` : `resume(${name})`;
    case 'stop':
      return isDisabled ? `update(${name}, { enabled: false })` : `pause(${name})`;
    case 'fireOnTick':
      return `trigger(${name})`;
    case 'setTime': {
      const [time] = call.arguments;
      const rule = time === undefined ? undefined : cronTimeText(time, file);
      return rule === undefined ? undefined : `update(${name}, { ${rule} })`;
    }
    default:
      return undefined;
  }
}

/** `new CronTime(expression, timeZone)` */
function cronTimeText(time: ts.Expression, file: MigratedFile): string | undefined {
  if (!ts.isNewExpression(time) || importedName(time.expression, 'cron', file.checker) !== 'CronTime')
    return undefined;
  const [expression, timeZone, ...others] = time.arguments ?? [];
  if (expression === undefined || others.length > 0) return undefined;
  const { key, text } = timeRule(expression, file);
  const isZoned = timeZone !== undefined && key === 'cron';
  return `${key}: ${text}${isZoned ? `, timeZone: ${file.rewriting.text(timeZone)}` : ''}`;
}

/** `job.nextDate().toJSDate()`: what is between is an object of Luxon. */
function nextDate(call: ts.CallExpression, next: string): Replacement | undefined {
  const access = call.parent;
  const outer = access.parent;
  if (!ts.isPropertyAccessExpression(access) || !ts.isCallExpression(outer)) return undefined;
  if (access.name.text === 'toMillis') return { node: outer, text: next };
  return access.name.text === 'toJSDate' ? { node: outer, text: `new Date(${next})` } : undefined;
}

/** `clearInterval(timer)` */
function clearedTimer(use: ts.Expression, handle: Handle, file: MigratedFile): Replacement | undefined {
  const call = use.parent;
  if (!ts.isCallExpression(call) || call.arguments[0] !== use) return undefined;
  if (!['clearInterval', 'clearTimeout'].includes(call.expression.getText())) return undefined;
  if (isDeletedBeside(call, handle)) return { node: call, text: null };
  const scheduler = schedulerText(handle.registry, file);
  return scheduler === undefined
    ? undefined
    : { node: call, text: `${scheduler}.removeTask(${file.rewriting.text(handle.name)})` };
}

/** Whether the timer is deleted from the registry, too: a task is removed once. */
function isDeletedBeside({ parent }: ts.CallExpression, { registry, name }: Handle): boolean {
  if (!ts.isExpressionStatement(parent) || !ts.isBlock(parent.parent)) return false;
  return parent.parent.statements.some(statement => {
    const call = ts.isExpressionStatement(statement) ? statement.expression : undefined;
    if (call === undefined || !ts.isCallExpression(call)) return false;
    const isDeletion = /\.delete(Interval|Timeout)$/.test(call.expression.getText());
    return (
      isDeletion &&
      call.expression.getText().startsWith(`${registry.getText()}.`) &&
      call.arguments[0]?.getText() === name.getText()
    );
  });
}

const HINTS: Readonly<Record<string, string>> = {
  lastDate: '(await registry.runs(name, { limit: 1 })).items[0]?.startedAt',
  nextDate: 'registry.get(name).nextAt, in epoch ms',
  nextDates: 'registry.nextRuns(name, count), in epoch ms',
  setTime: 'registry.update(name, { cron })',
  addCallback: 'a task of its own',
  cronTime: 'registry.get(name).triggers',
  lastExecution: '(await registry.runs(name, { limit: 1 })).items[0]?.startedAt',
};

/** Why a use is left, and what to write. */
export function leftText(use: ts.Expression, getter: string, handle: Handle, { jobs }: MigratedFile): string {
  const { parent } = use;
  const member = ts.isPropertyAccessExpression(parent) ? parent.name.text : undefined;
  const hint = member === undefined ? undefined : HINTS[member];
  if (hint !== undefined) return `${member} of a job is ${hint} here`;
  if (member !== undefined && SWITCHES.has(member) && jobs.isDisabled(handle.name) === undefined) {
    return `${member} of a job is pause() and resume(), or update(name, { enabled }) of one that was disabled: its name is computed`;
  }
  return `${getter}() has no counterpart: the registry names tasks, and hands out no jobs of ${SCHEDULE}`;
}
