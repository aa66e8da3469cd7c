import ts from 'typescript';

/** The file, without `.ts`, of the module that is given to `NestFactory.create…()`; `undefined` when none is seen. */
export function rootModuleIn(text: string): string | undefined {
  const file = ts.createSourceFile('main.ts', text, ts.ScriptTarget.Latest, true);
  const name = createdModule(file);
  const declared = file.statements
    .filter(ts.isImportDeclaration)
    .find(({ importClause }) => namesIn(importClause).includes(name ?? ''));
  if (declared === undefined || !ts.isStringLiteral(declared.moduleSpecifier)) return undefined;
  const { text: path } = declared.moduleSpecifier;
  return path.startsWith('.') ? path.replace(/\.[jt]s$/, '') : undefined;
}

function createdModule(file: ts.SourceFile): string | undefined {
  let found: string | undefined;
  const visit = (node: ts.Node) => {
    const isCreation =
      ts.isCallExpression(node) && node.expression.getText().startsWith('NestFactory.create');
    const first = isCreation ? node.arguments[0] : undefined;
    if (first !== undefined && ts.isIdentifier(first)) found ??= first.text;
    node.forEachChild(visit);
  };
  visit(file);
  return found;
}

function namesIn(clause: ts.ImportClause | undefined): readonly string[] {
  const bindings = clause?.namedBindings;
  const named = bindings !== undefined && ts.isNamedImports(bindings) ? bindings.elements : [];
  return [clause?.name, ...named.map(({ name }) => name)].flatMap(name => name?.text ?? []);
}
