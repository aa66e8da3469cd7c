import ts from 'typescript';
import type { Rewriting } from '../source/rewriting.js';

/** Takes a statement out, with its line when it has that for itself. */
export function removeStatement(statement: ts.Node, { file, replace, replaceSpan }: Rewriting): void {
  const { text } = file;
  const start = text.lastIndexOf('\n', statement.getStart(file) - 1) + 1;
  const isAlone = text.slice(start, statement.getStart(file)).trim() === '';
  const isFirst = /\{\r?\n$/.test(text.slice(0, start));
  // An empty line that parted it from what follows goes with it.
  const rest = (isFirst ? /^[ \t]*\r?\n(\r?\n)?/ : /^[ \t]*\r?\n/).exec(text.slice(statement.end))?.[0];
  if (isAlone && rest !== undefined) replaceSpan(start, statement.end + rest.length, '');
  else replace(statement, '');
}

/** The statement that declares a variable, and no other. */
export function ownStatement({ parent }: ts.VariableDeclaration): ts.VariableStatement | undefined {
  if (!ts.isVariableDeclarationList(parent) || parent.declarations.length !== 1) return undefined;
  return ts.isVariableStatement(parent.parent) ? parent.parent : undefined;
}
