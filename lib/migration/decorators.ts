import ts from 'typescript';
import { cronOptionTexts } from './cron.options.js';
import { timeRule } from './cron.time.js';
import { jobName } from './declared.jobs.js';
import { handlerOptions } from './handler.js';
import type { MigratedFile } from './migrated.file.js';
import { literalText, newLiteral, optionsIn, propertyText } from '../source/object.literal.js';

/** Rewrites `Cron(…)`, `Interval(…)` or `Timeout(…)`, as a decorator or elsewhere. */
export function rewriteDecorator(call: ts.CallExpression, name: string, file: MigratedFile): void {
  const { rewriting, names, jobs, checker } = file;
  const given = jobName(call, name, checker);
  if (given !== undefined && jobs.repeated.has(given)) {
    rewriting.leave(
      call,
      `'${given}' is the name of several tasks: here, all kinds of tasks share one registry`,
    );
  }
  const unread = unreadable(call);
  if (unread !== undefined) {
    names.keep(name);
    rewriting.leave(call, unread);
  } else if (name === 'Cron') rewriteCron(call, file);
  else rewriteTimer(call, name, file);
}

function unreadable({ arguments: args }: ts.CallExpression): string | undefined {
  if (args.length === 0) return 'it says no time';
  return args.some(ts.isSpreadElement) ? 'its arguments are not written out' : undefined;
}

/** `@Interval(ms)`, `@Timeout(name, ms)` */
function rewriteTimer(call: ts.CallExpression, name: string, file: MigratedFile): void {
  const { rewriting, names } = file;
  const { text } = rewriting;
  const named = call.arguments.length === 2 ? call.arguments[0] : undefined;
  const ms = call.arguments.at(-1)!;
  const options = named === undefined ? [] : [propertyText('name', named, text)];
  const enhancers = handlerOptions(call, file);
  if (name === 'Interval') {
    const literal = newLiteral([...options, ...enhancers]);
    rewriting.change(call, INTERVAL);
    rewriting.replace(
      call,
      `${names.ours('Every', call.expression)}(${[text(ms), literal].filter(Boolean).join(', ')})`,
    );
    return;
  }
  const literal = newLiteral([...options, `runOnStart: ${text(ms)}`, ...enhancers]);
  rewriting.replace(call, `${names.ours('Manual', call.expression)}(${literal})`);
}

/** What is said of each interval. */
export const INTERVAL =
  '@Interval counted from the start of the app; @Every is aligned to the clock: the first run may come earlier';

function rewriteCron(call: ts.CallExpression, file: MigratedFile): void {
  const { rewriting, names } = file;
  const time = call.arguments[0]!;
  const options = call.arguments[1];
  const { key, text } = timeRule(time, file);
  const added = handlerOptions(call, file);
  if (options === undefined && added.length > 0) {
    rewriting.replaceSpan(time.end, time.end, `, ${newLiteral(added)}`);
  }
  if (options !== undefined) rewriteOptions(options, { added, isInstant: key === 'at' }, file);
  rewriting.replace(call.expression, names.ours(key === 'cron' ? 'Cron' : 'At', call.expression));
  rewriting.replace(time, text);
}

function rewriteOptions(
  options: ts.Expression,
  { added, isInstant }: { added: readonly string[]; isInstant: boolean },
  { rewriting }: MigratedFile,
): void {
  const read = ts.isObjectLiteralExpression(options) ? optionsIn(options) : undefined;
  if (read === undefined || !ts.isObjectLiteralExpression(options)) {
    const hint = 'waitForCompletion, disabled, threshold, utcOffset and initialDelay have other names here';
    return rewriting.leave(options, `these options are not written out: ${hint}`);
  }
  const isZone = ({ key }: { key: string }) => key === 'timeZone' || key === 'utcOffset';
  const zones = isInstant ? read.filter(isZone) : [];
  const texts = new Map([
    ...cronOptionTexts(
      read.filter(option => !zones.includes(option)),
      rewriting,
    ),
    ...zones.map(({ node }) => [node, null] as const),
  ]);
  if (texts.size === 0 && added.length === 0) return;
  const literal = literalText(options, texts, added, rewriting);
  if (literal !== '{}') return rewriting.replace(options, literal);
  const call = options.parent as ts.CallExpression;
  rewriting.replaceSpan(call.arguments[0]!.end, call.arguments.end, '');
}
