import ts from 'typescript';

export const SCHEDULE = '@nestjs/schedule';

/**
 * The name under which a package exports what an expression or a type's name stands for, if the file imports it straight
 * from there: by itself, under another name, or as a part of all.
 */
export function importedName(node: ts.Node, from: string, checker: ts.TypeChecker): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return partOf(node.expression, node.name, from, checker);
  if (ts.isQualifiedName(node)) return partOf(node.left, node.right, from, checker);
  const declared = ts.isIdentifier(node) ? declarationOf(node, checker) : undefined;
  if (declared === undefined || !ts.isImportSpecifier(declared)) return undefined;
  if (!isImportedFrom(declared.parent.parent.parent, from)) return undefined;
  return (declared.propertyName ?? declared.name).text;
}

/** Whether an expression is an object of a class of @nestjs/schedule, wherever it was imported. */
export function isScheduleObject(node: ts.Expression, className: string, checker: ts.TypeChecker): boolean {
  const symbol = checker.getTypeAtLocation(node).getSymbol();
  return symbol?.name === className && symbol.declarations?.some(isOfSchedule) === true;
}

/** What an identifier stands for in its file. */
export function declarationOf(node: ts.Identifier, checker: ts.TypeChecker): ts.Declaration | undefined {
  const symbol = ts.isShorthandPropertyAssignment(node.parent)
    ? checker.getShorthandAssignmentValueSymbol(node.parent)
    : checker.getSymbolAtLocation(node);
  return symbol?.declarations?.[0];
}

function partOf(whole: ts.Node, part: ts.MemberName, from: string, checker: ts.TypeChecker) {
  const declared = ts.isIdentifier(whole) ? declarationOf(whole, checker) : undefined;
  const isAll = declared !== undefined && ts.isNamespaceImport(declared);
  return isAll && isImportedFrom(declared.parent.parent, from) ? part.text : undefined;
}

function isImportedFrom(node: ts.Node, from: string): boolean {
  return (
    ts.isImportDeclaration(node) &&
    ts.isStringLiteral(node.moduleSpecifier) &&
    node.moduleSpecifier.text === from
  );
}

function isOfSchedule(declaration: ts.Declaration): boolean {
  return declaration.getSourceFile().fileName.includes(`/${SCHEDULE}/`);
}
