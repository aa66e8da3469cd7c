import ts from 'typescript';

export const SCHEDULE = '@nestjs/schedule';

/** Whether an import's path is that of a package, or leads into it: `@nestjs/schedule/dist/decorators`. */
export function isPathOf(text: string, name: string): boolean {
  return text === name || text.startsWith(`${name}/`);
}

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

/** Whether an expression is an object of a class of @nestjs/schedule, wherever it was imported, or perhaps nothing. */
export function isScheduleObject(node: ts.Expression, className: string, checker: ts.TypeChecker): boolean {
  const symbol = checker.getNonNullableType(checker.getTypeAtLocation(node)).getSymbol();
  return symbol?.name === className && symbol.declarations?.some(isOfSchedule) === true;
}

/** What an identifier stands for in its file. */
export function declarationOf(node: ts.Identifier, checker: ts.TypeChecker): ts.Declaration | undefined {
  return symbolOf(node, checker)?.declarations?.[0];
}

function symbolOf(node: ts.Identifier, checker: ts.TypeChecker): ts.Symbol | undefined {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent)) return checker.getShorthandAssignmentValueSymbol(parent);
  if (ts.isExportSpecifier(parent)) return checker.getExportSpecifierLocalTargetSymbol(parent);
  return checker.getSymbolAtLocation(node);
}

/** The text that an expression is known to have: a literal, or a constant or part of an enum that is one. */
export function textIn(node: ts.Expression, checker: ts.TypeChecker): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  const type = checker.getTypeAtLocation(node);
  return type.isStringLiteral() ? type.value : undefined;
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
    isPathOf(node.moduleSpecifier.text, from)
  );
}

function isOfSchedule(declaration: ts.Declaration): boolean {
  return declaration.getSourceFile().fileName.includes(`/${SCHEDULE}/`);
}
