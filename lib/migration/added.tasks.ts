import ts from 'typescript';
import { grouped, isFalse, isTrue, propertyText } from '../source/object.literal.js';
import { timeRule } from './cron.time.js';
import { INTERVAL } from './decorators.js';
import { cronParts, madeJob, type CronParts, type MadeJob } from './made.job.js';
import type { MigratedFile } from './migrated.file.js';
import { NO_SCHEDULER, schedulerText } from './scheduler.member.js';
import { removeStatement } from './statements.js';

/** What is added at run time. */
export type AddedKind = 'cron' | 'interval' | 'timeout';

/** Rewrites `registry.addCronJob(name, job)` and the like, with the place where the job is made. */
export function addedTask(
  call: ts.CallExpression & { expression: ts.PropertyAccessExpression },
  kind: AddedKind,
  file: MigratedFile,
): void {
  const { rewriting, checker } = file;
  const { text } = rewriting;
  const job = madeJob(call, checker);
  const parts = job === undefined ? undefined : partsOf(job, kind, file);
  if (job === undefined || parts === undefined) return rewriting.leave(call, LEFT[kind]);
  const scheduler = schedulerText(call.expression.expression, file);
  if (scheduler === undefined) return rewriting.leave(call, NO_SCHEDULER);
  if (kind === 'interval') rewriting.change(call, INTERVAL);
  const task = `{ ${propertyText('name', call.arguments[0]!, text)}, run: ${text(parts.run)} }`;
  rewriting.replace(call, `${scheduler}.addTask(${task}, { ${parts.rule().join(', ')} })`);
  job.statements.forEach(statement => removeStatement(statement, rewriting));
}

const LEFT: Readonly<Record<AddedKind, string>> = {
  cron: 'the job is made elsewhere, or in another way: scheduler.addTask({ name, run }, { cron })',
  interval: 'the timer is made elsewhere: scheduler.addTask({ name, run }, { every })',
  timeout: 'the timer is made elsewhere: scheduler.addTask({ name, run }, { at })',
};

/** A handler, and the options of the rule by which it runs. */
interface Parts {
  readonly run: ts.Expression;
  readonly rule: () => readonly string[];
}

function partsOf(job: MadeJob, kind: AddedKind, file: MigratedFile): Parts | undefined {
  if (kind !== 'cron') return timerParts(job.made, kind, file);
  const parts = cronParts(job.made, file.checker);
  return parts === undefined ? undefined : { run: parts.run, rule: () => cronRule(parts, job, file) };
}

function cronRule(
  { time, start, timeZone }: CronParts,
  { isStarted }: MadeJob,
  file: MigratedFile,
): string[] {
  const { text } = file.rewriting;
  const { key, text: timeText } = timeRule(time, file);
  const zone = timeZone === undefined || key === 'at' ? [] : [`timeZone: ${text(timeZone)}`];
  return [`${key}: ${timeText}`, ...zone, ...enabledText()];

  function enabledText(): string[] {
    if (isStarted || (start !== undefined && isTrue(start))) return [];
    return [start === undefined || isFalse(start) ? 'enabled: false' : `enabled: ${text(start)}`];
  }
}

/** `setInterval(run, ms)`, `setTimeout(run, ms)` */
function timerParts(
  made: ts.Expression,
  kind: 'interval' | 'timeout',
  { rewriting: { text } }: MigratedFile,
): Parts | undefined {
  if (!ts.isCallExpression(made)) return undefined;
  if (made.expression.getText() !== (kind === 'interval' ? 'setInterval' : 'setTimeout')) return undefined;
  const [run, ms, ...others] = made.arguments;
  if (run === undefined || ms === undefined || others.length > 0) return undefined;
  return {
    run,
    rule: () => [kind === 'interval' ? `every: ${text(ms)}` : `at: Date.now() + ${grouped(ms, text)}`],
  };
}
