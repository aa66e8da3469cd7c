import ts from 'typescript';
import { leftText, replacementOf, type HandleKind } from './job.uses.js';
import { usesOf } from './made.job.js';
import type { MigratedFile } from './migrated.file.js';
import { ownStatement, removeStatement } from './statements.js';

type GetterCall = ts.CallExpression & { expression: ts.PropertyAccessExpression };

/** Rewrites `registry.getCronJob(name).stop()` and the like, also when the job is a variable. */
export function rewriteHandle(call: GetterCall, kind: HandleKind, file: MigratedFile): void {
  const { rewriting } = file;
  const handle = { kind, registry: call.expression.expression, name: call.arguments[0]! };
  const variable = variableOf(call);
  const uses = variable === undefined ? [call] : usesOf(variable, file.checker);
  const replacements = uses.map(use => replacementOf(use, handle, file));
  const isWhole = uses.length > 0 && replacements.every(each => each !== undefined);
  if (!isWhole || (variable !== undefined && !isConstant(handle.name))) {
    uses
      .filter((_, i) => replacements[i] === undefined)
      .forEach(use => rewriting.leave(use.parent, leftText(use, call.expression.name.text, handle, file)));
    if (isWhole) rewriting.leave(call, 'the name of the job is computed: name it once, and use that');
    return;
  }
  if (variable !== undefined) removeStatement(ownStatement(variable)!, rewriting);
  for (const { node, text, isPromise = false } of replacements) {
    if (text === null) removeStatement(node.parent, rewriting);
    else rewriting.replace(node, isPromise ? `${awaiting(node, file)}${text}` : text);
  }
}

/** `const job = registry.getCronJob(name);` */
function variableOf({ parent }: ts.CallExpression): ts.VariableDeclaration | undefined {
  const isAlone = ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name);
  return isAlone && ownStatement(parent) !== undefined ? parent : undefined;
}

/** Whether a name may be written again and again. */
function isConstant(name: ts.Expression): boolean {
  return ts.isStringLiteralLike(name) || ts.isIdentifier(name) || ts.isPropertyAccessExpression(name);
}

const UNAWAITED = 'it is a promise now, and nothing awaits it';

/** What stands before a promise whose value nobody uses; who uses it has to await it. */
function awaiting(node: ts.Expression, { rewriting }: MigratedFile): string {
  if (!isDropped(node)) {
    if (ts.isArrowFunction(node.parent)) rewriting.change(node, `${UNAWAITED} here`);
    return '';
  }
  const around = ts.findAncestor(node, ts.isFunctionLike);
  const isAsync = around !== undefined && ts.canHaveModifiers(around) && isMarkedAsync(around);
  if (isAsync) return 'await ';
  rewriting.change(node, `${UNAWAITED}: the function is not async`);
  return 'void ';
}

/** Whether it is a statement, or one side of a condition that is one: `isOn ? job.start() : job.stop();`. */
function isDropped(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isExpressionStatement(parent)) return true;
  if (ts.isParenthesizedExpression(parent)) return isDropped(parent);
  if (ts.isConditionalExpression(parent)) return parent.condition !== node && isDropped(parent);
  return ts.isBinaryExpression(parent) && parent.right === node && LOGICAL.has(parent.operatorToken.kind)
    ? isDropped(parent)
    : false;
}

const LOGICAL: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);

function isMarkedAsync(node: ts.HasModifiers): boolean {
  return ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) === true;
}
