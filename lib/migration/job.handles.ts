import ts from 'typescript';
import { leftText, replacementOf, type HandleKind } from './job.uses.js';
import type { MigratedFile } from './migrated.file.js';
import { declarationOf } from './origin.js';
import { ownStatement, removeStatement } from './statements.js';

type GetterCall = ts.CallExpression & { expression: ts.PropertyAccessExpression };

/** Rewrites `registry.getCronJob(name).stop()` and the like, also when the job is a variable. */
export function rewriteHandle(call: GetterCall, kind: HandleKind, file: MigratedFile): void {
  const { rewriting } = file;
  const handle = { kind, registry: call.expression.expression, name: call.arguments[0]! };
  const variable = variableOf(call);
  const uses = variable === undefined ? [call] : usesOf(variable, file);
  const replacements = uses.map(use => replacementOf(use, handle, file));
  const isWhole = replacements.every(each => each !== undefined);
  if (!isWhole || (variable !== undefined && !isConstant(handle.name))) {
    uses
      .filter((_, i) => replacements[i] === undefined)
      .forEach(use => rewriting.leave(use.parent, leftText(use, call.expression.name.text)));
    if (isWhole) rewriting.leave(call, 'the name of the job is computed: name it once, and use that');
    return;
  }
  if (variable !== undefined) removeStatement(ownStatement(variable)!, rewriting);
  for (const { node, text, isPromise = false } of replacements) {
    rewriting.replace(node, isPromise ? `${awaiting(node, file)}${text}` : text);
  }
}

/** `const job = registry.getCronJob(name);` */
function variableOf({ parent }: ts.CallExpression): ts.VariableDeclaration | undefined {
  const isAlone = ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name);
  return isAlone && ownStatement(parent) !== undefined ? parent : undefined;
}

function usesOf(
  variable: ts.VariableDeclaration,
  { checker, rewriting }: MigratedFile,
): readonly ts.Identifier[] {
  const uses: ts.Identifier[] = [];
  const visit = (node: ts.Node) => {
    const isUse =
      ts.isIdentifier(node) && node !== variable.name && declarationOf(node, checker) === variable;
    if (isUse) uses.push(node);
    node.forEachChild(visit);
  };
  rewriting.file.forEachChild(visit);
  return uses;
}

/** Whether a name may be written again and again. */
function isConstant(name: ts.Expression): boolean {
  return ts.isStringLiteralLike(name) || ts.isIdentifier(name) || ts.isPropertyAccessExpression(name);
}

/** What stands before a promise in a statement; whoever uses its value has to await it. */
function awaiting(node: ts.Expression, { rewriting }: MigratedFile): string {
  if (!ts.isExpressionStatement(node.parent)) return '';
  const around = ts.findAncestor(node, ts.isFunctionLike);
  const isAsync = around !== undefined && ts.canHaveModifiers(around) && isMarkedAsync(around);
  if (isAsync) return 'await ';
  rewriting.change(node, 'it is a promise now, and nothing awaits it: the function is not async');
  return 'void ';
}

function isMarkedAsync(node: ts.HasModifiers): boolean {
  return ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) === true;
}
