import ts from 'typescript';
import type { MigratedFile } from './migrated.file.js';
import { grouped, optionsIn, propertyText } from '../source/object.literal.js';
import { declarationOf, importedName } from './origin.js';
import { NO_SCHEDULER, schedulerText } from './scheduler.member.js';
import { ownStatement, removeStatement } from './statements.js';

/** What is added at run time. */
export type AddedKind = 'cron' | 'interval' | 'timeout';

/** A handler, and the rule by which it runs. */
interface AddedJob {
  readonly run: ts.Expression;
  readonly rule: readonly string[];
  /** Of the variable that holds the job, if there is one, with the statements that start it. */
  readonly statements: readonly ts.Node[];
}

/** Rewrites `registry.addCronJob(name, job)` and the like, with the place where the job is made. */
export function addedTask(
  call: ts.CallExpression & { expression: ts.PropertyAccessExpression },
  kind: AddedKind,
  file: MigratedFile,
): void {
  const { rewriting } = file;
  const { text } = rewriting;
  const [name, job] = call.arguments;
  const made = job === undefined ? undefined : jobOf(job, kind, file);
  if (made === undefined) return rewriting.leave(call, LEFT[kind]);
  const scheduler = schedulerText(call.expression.expression, file);
  if (scheduler === undefined) return rewriting.leave(call, NO_SCHEDULER);
  const task = `{ ${propertyText('name', name!, text)}, run: ${text(made.run)} }`;
  rewriting.replace(call, `${scheduler}.addTask(${task}, { ${made.rule.join(', ')} })`);
  made.statements.forEach(statement => removeStatement(statement, rewriting));
}

const LEFT: Readonly<Record<AddedKind, string>> = {
  cron: 'the job is made elsewhere, or in another way: scheduler.addTask({ name, run }, { cron })',
  interval: 'the timer is made elsewhere: scheduler.addTask({ name, run }, { every })',
  timeout: 'the timer is made elsewhere: scheduler.addTask({ name, run }, { at })',
};

function jobOf(job: ts.Expression, kind: AddedKind, file: MigratedFile): AddedJob | undefined {
  if (!ts.isIdentifier(job)) return madeJob(job, kind, { isStarted: false, statements: [] }, file);
  const declared = declarationOf(job, file.checker);
  if (declared === undefined || !ts.isVariableDeclaration(declared)) return undefined;
  const statement = ownStatement(declared);
  const starts = statement === undefined ? undefined : startsOf(declared, job, file);
  if (declared.initializer === undefined || statement === undefined || starts === undefined) return undefined;
  const statements = [statement, ...starts];
  return madeJob(declared.initializer, kind, { isStarted: starts.length > 0, statements }, file);
}

function madeJob(
  made: ts.Expression,
  kind: AddedKind,
  { isStarted, statements }: { isStarted: boolean; statements: readonly ts.Node[] },
  file: MigratedFile,
): AddedJob | undefined {
  const { text } = file.rewriting;
  if (kind === 'cron') {
    const parts = cronParts(made, file);
    if (parts === undefined) return undefined;
    const { time, run, start, timeZone } = parts;
    const isDate = file.checker.getTypeAtLocation(time).getSymbol()?.name === 'Date';
    const isOn = isStarted || start?.kind === ts.SyntaxKind.TrueKeyword;
    const rule = [
      `${isDate ? 'at' : 'cron'}: ${text(time)}`,
      ...(timeZone === undefined || isDate ? [] : [`timeZone: ${text(timeZone)}`]),
      ...(isOn ? [] : ['enabled: false']),
    ];
    return { run, rule, statements };
  }
  if (!ts.isCallExpression(made)) return undefined;
  if (made.expression.getText() !== (kind === 'interval' ? 'setInterval' : 'setTimeout')) return undefined;
  const [run, ms, ...others] = made.arguments;
  if (run === undefined || ms === undefined || others.length > 0) return undefined;
  const rule = kind === 'interval' ? `every: ${text(ms)}` : `at: Date.now() + ${grouped(ms, text)}`;
  return { run, rule: [rule], statements };
}

interface CronParts {
  readonly time: ts.Expression;
  readonly run: ts.Expression;
  readonly start: ts.Expression | undefined;
  readonly timeZone: ts.Expression | undefined;
}

/** `new CronJob(time, onTick, onComplete, start, timeZone)`, or `CronJob.from({ … })`. */
function cronParts(made: ts.Expression, { checker }: MigratedFile): CronParts | undefined {
  if (ts.isNewExpression(made) && importedName(made.expression, 'cron', checker) === 'CronJob') {
    const [time, run, onComplete, start, timeZone, ...others] = (made.arguments ?? []).map(given);
    const isMore = onComplete !== undefined || others.some(each => each !== undefined);
    return time === undefined || run === undefined || isMore ? undefined : { time, run, start, timeZone };
  }
  if (!ts.isCallExpression(made) || !ts.isPropertyAccessExpression(made.expression)) return undefined;
  if (importedName(made.expression.expression, 'cron', checker) !== 'CronJob') return undefined;
  const [literal] = made.arguments;
  const options = literal && ts.isObjectLiteralExpression(literal) ? optionsIn(literal) : undefined;
  const parts = new Map(options?.map(({ key, value }) => [key, value]));
  const [time, run] = [parts.get('cronTime'), parts.get('onTick')];
  const known = ['cronTime', 'onTick', 'start', 'timeZone'];
  if (time === undefined || run === undefined || [...parts.keys()].some(key => !known.includes(key))) {
    return undefined;
  }
  return { time, run, start: parts.get('start'), timeZone: parts.get('timeZone') };
}

/** `null` and `undefined` in the place of an argument. */
function given(argument: ts.Expression): ts.Expression | undefined {
  return argument.kind === ts.SyntaxKind.NullKeyword || argument.getText() === 'undefined'
    ? undefined
    : argument;
}

/** The statements that start a job; `undefined` when anything else is done with it. */
function startsOf(
  variable: ts.VariableDeclaration,
  added: ts.Identifier,
  { checker, rewriting }: MigratedFile,
): readonly ts.Node[] | undefined {
  const starts: ts.Node[] = [];
  let isOther = false;
  const visit = (node: ts.Node) => {
    if (ts.isIdentifier(node) && node !== variable.name && node !== added) {
      if (declarationOf(node, checker) === variable) {
        const statement = node.parent.parent?.parent;
        const isStart = statement !== undefined && statement.getText() === `${node.text}.start();`;
        if (isStart) starts.push(statement);
        else isOther = true;
      }
    }
    node.forEachChild(visit);
  };
  rewriting.file.forEachChild(visit);
  return isOther ? undefined : starts;
}
