import ts from 'typescript';
import { optionsIn } from '../source/object.literal.js';
import { declarationOf, importedName } from './origin.js';
import { ownStatement } from './statements.js';

/** Where a job is made that is added to the registry. */
export interface MadeJob {
  readonly made: ts.Expression;
  /** Whether it is started beside that. */
  readonly isStarted: boolean;
  /** Of the variable that holds the job, if there is one, with the statements that start it. */
  readonly statements: readonly ts.Statement[];
}

/** What makes a CronJob. */
export interface CronParts {
  readonly time: ts.Expression;
  readonly run: ts.Expression;
  /** Whether it starts by itself, if that is said. */
  readonly start: ts.Expression | undefined;
  readonly timeZone: ts.Expression | undefined;
}

/**
 * The job of `registry.add…(name, job)`; `undefined` when it is made elsewhere, or anything is done with it but to add it
 * and to start it, one statement beside the other.
 */
export function madeJob(add: ts.CallExpression, checker: ts.TypeChecker): MadeJob | undefined {
  const job = add.arguments[1] === undefined ? undefined : bare(add.arguments[1]);
  if (job === undefined) return undefined;
  if (!ts.isIdentifier(job)) return { made: job, isStarted: false, statements: [] };
  const declared = declarationOf(job, checker);
  if (declared === undefined || !ts.isVariableDeclaration(declared)) return undefined;
  const statement = ownStatement(declared);
  if (statement === undefined || declared.initializer === undefined) return undefined;
  if (!ts.isExpressionStatement(add.parent) || add.parent.parent !== statement.parent) return undefined;
  const uses = usesOf(declared, checker).filter(use => use !== job);
  const starts = uses.map(use => startOf(use, statement.parent));
  if (!starts.every(start => start !== undefined)) return undefined;
  return {
    made: bare(declared.initializer),
    isStarted: starts.length > 0,
    statements: [statement, ...starts],
  };
}

/** `new CronJob(time, onTick, onComplete, start, timeZone)`, or `CronJob.from({ … })`. */
export function cronParts(made: ts.Expression, checker: ts.TypeChecker): CronParts | undefined {
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

/** Wherever a variable is named, but for its declaration. */
export function usesOf(variable: ts.VariableDeclaration, checker: ts.TypeChecker): readonly ts.Identifier[] {
  const uses: ts.Identifier[] = [];
  const visit = (node: ts.Node) => {
    const isUse =
      ts.isIdentifier(node) && node !== variable.name && declarationOf(node, checker) === variable;
    if (isUse) uses.push(node);
    node.forEachChild(visit);
  };
  variable.getSourceFile().forEachChild(visit);
  return uses;
}

/** Without `as any`, which many write for jobs of another version of cron. */
function bare(node: ts.Expression): ts.Expression {
  const isWrapped =
    ts.isAsExpression(node) || ts.isNonNullExpression(node) || ts.isParenthesizedExpression(node);
  return isWrapped ? bare(node.expression) : node;
}

/** `null` and `undefined` in the place of an argument. */
function given(argument: ts.Expression): ts.Expression | undefined {
  return argument.kind === ts.SyntaxKind.NullKeyword || argument.getText() === 'undefined'
    ? undefined
    : argument;
}

/** The statement `job.start();`, if it is one of a block, and hangs on nothing. */
function startOf(use: ts.Identifier, block: ts.Node): ts.Statement | undefined {
  const access = use.parent;
  if (!ts.isPropertyAccessExpression(access) || access.name.text !== 'start') return undefined;
  const call = access.parent;
  if (!ts.isCallExpression(call) || call.expression !== access) return undefined;
  return ts.isExpressionStatement(call.parent) && call.parent.parent === block ? call.parent : undefined;
}
