import ts from 'typescript';
import { isFalse, isTrue, optionsIn } from '../source/object.literal.js';
import { cronParts, madeJob } from './made.job.js';
import { importedName, isScheduleObject, SCHEDULE, textIn } from './origin.js';

/** What is said of jobs by name, over all files. */
export interface DeclaredJobs {
  /** Names that several decorators give: here, all tasks are in one registry. */
  readonly repeated: ReadonlySet<string>;
  /** Whether a cron job is, or may be, disabled at first; `undefined` when its name, or that of such a job, is not known. */
  isDisabled(name: ts.Expression): boolean | undefined;
}

const DECORATORS: readonly (string | undefined)[] = ['Cron', 'Interval', 'Timeout'];

/** The name of the decorator of @nestjs/schedule that a call calls. */
export function decoratorName(call: ts.CallExpression, checker: ts.TypeChecker): string | undefined {
  const name = importedName(call.expression, SCHEDULE, checker);
  return DECORATORS.includes(name) ? name : undefined;
}

export function declaredJobs(files: readonly ts.SourceFile[], checker: ts.TypeChecker): DeclaredJobs {
  const decorated = new Set<string>();
  const repeated = new Set<string>();
  const known = new Set<string>();
  const disabled = new Set<string | undefined>();
  const noteDecorated = (call: ts.CallExpression, decorator: string) => {
    const name = jobName(call, decorator, checker);
    const value = optionOf(call, 'disabled');
    if (value !== undefined && !isFalse(value)) disabled.add(name);
    if (name === undefined) return;
    if (decorated.has(name)) repeated.add(name);
    decorated.add(name);
    known.add(name);
  };
  const noteAdded = (call: ts.CallExpression) => {
    const name = textIn(call.arguments[0]!, checker);
    if (name !== undefined) known.add(name);
    const job = madeJob(call, checker);
    const start = job === undefined ? undefined : cronParts(job.made, checker)?.start;
    const isStarted = job === undefined || job.isStarted || (start !== undefined && isTrue(start));
    if (!isStarted) disabled.add(name);
  };
  const visit = (node: ts.Node) => {
    if (ts.isCallExpression(node)) {
      const decorator = decoratorName(node, checker);
      if (decorator !== undefined) noteDecorated(node, decorator);
      else if (isAddition(node, checker)) noteAdded(node);
    }
    node.forEachChild(visit);
  };
  files.forEach(visit);
  return {
    repeated,
    isDisabled(node) {
      const name = textIn(node, checker);
      if (name !== undefined && disabled.has(name)) return true;
      const isUnsure = name === undefined ? disabled.size > 0 : !known.has(name) && disabled.has(undefined);
      return isUnsure ? undefined : false;
    },
  };
}

/** The name that a decorator's call gives, if it is known: `{ name: 'x' }`, or `@Interval('x', 1000)`. */
export function jobName(
  call: ts.CallExpression,
  decorator: string,
  checker: ts.TypeChecker,
): string | undefined {
  const isFirst = decorator !== 'Cron' && call.arguments.length > 1;
  const value = isFirst ? call.arguments[0] : optionOf(call, 'name');
  return value === undefined ? undefined : textIn(value, checker);
}

function optionOf({ arguments: args }: ts.CallExpression, key: string): ts.Expression | undefined {
  const literal = args.at(-1);
  if (literal === undefined || !ts.isObjectLiteralExpression(literal)) return undefined;
  return optionsIn(literal)?.find(option => option.key === key)?.value;
}

/** `registry.addCronJob(name, job)` */
function isAddition({ expression, arguments: args }: ts.CallExpression, checker: ts.TypeChecker): boolean {
  return (
    ts.isPropertyAccessExpression(expression) &&
    expression.name.text === 'addCronJob' &&
    args.length > 0 &&
    isScheduleObject(expression.expression, 'SchedulerRegistry', checker)
  );
}
