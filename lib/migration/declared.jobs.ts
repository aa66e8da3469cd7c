import ts from 'typescript';
import { isFalse, optionsIn } from '../source/object.literal.js';
import { importedName, SCHEDULE } from './origin.js';

/** What decorators say of jobs by name, over all files; names that are computed are not known. */
export interface DeclaredJobs {
  /** Names that several decorators give: here, all tasks are in one registry. */
  readonly repeated: ReadonlySet<string>;
  /** Names of cron jobs that are, or may be, disabled. */
  readonly disabled: ReadonlySet<string>;
}

const DECORATORS: readonly (string | undefined)[] = ['Cron', 'Interval', 'Timeout'];

/** The name of the decorator of @nestjs/schedule that a call calls. */
export function decoratorName(call: ts.CallExpression, checker: ts.TypeChecker): string | undefined {
  const name = importedName(call.expression, SCHEDULE, checker);
  return DECORATORS.includes(name) ? name : undefined;
}

export function declaredJobs(files: readonly ts.SourceFile[], checker: ts.TypeChecker): DeclaredJobs {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  const disabled = new Set<string>();
  const note = (node: ts.CallExpression) => {
    const name = jobName(node);
    if (name === undefined) return;
    if (seen.has(name)) repeated.add(name);
    seen.add(name);
    const value = optionOf(node, 'disabled');
    if (value !== undefined && !isFalse(value)) disabled.add(name);
  };
  const visit = (node: ts.Node) => {
    if (ts.isCallExpression(node) && decoratorName(node, checker) !== undefined) note(node);
    node.forEachChild(visit);
  };
  files.forEach(visit);
  return { repeated, disabled };
}

/** The name that a decorator's call gives, if it is written out: `{ name: 'x' }`, or `@Interval('x', 1000)`. */
export function jobName(call: ts.CallExpression): string | undefined {
  const [first, second] = call.arguments;
  const isFirst = second !== undefined && !ts.isObjectLiteralExpression(second);
  const value = isFirst ? first : optionOf(call, 'name');
  return value !== undefined && ts.isStringLiteralLike(value) ? value.text : undefined;
}

function optionOf({ arguments: args }: ts.CallExpression, key: string): ts.Expression | undefined {
  const literal = args.at(-1);
  if (literal === undefined || !ts.isObjectLiteralExpression(literal)) return undefined;
  return optionsIn(literal)?.find(option => option.key === key)?.value;
}
