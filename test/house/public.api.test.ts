import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { original, publishedTypes } from './published.types.js';

const ENTRIES = [
  'index.d.ts',
  'bullmq/index.d.ts',
  'dashboard/index.d.ts',
  'heartbeat/index.d.ts',
  'otel/index.d.ts',
  'prometheus/index.d.ts',
  'sqlite/index.d.ts',
  'terminus/index.d.ts',
  'testing/index.d.ts',
  'worker/index.d.ts',
];

const types = publishedTypes(ENTRIES);
const printer = ts.createPrinter({ removeComments: true });

describe('the public API', () => {
  it.each(ENTRIES)('of %s is what it was', async entry => {
    const texts = [...types.exportsOf(entry).values()].flatMap(symbol => symbol.declarations!.map(textOf));

    const file = entry.replace('/', '.').replace('.d.ts', '.ts.api.txt');
    await expect(texts.join('')).toMatchFileSnapshot(`__snapshots__/${file}`);
  });

  it('has declarations that compile by themselves', () => {
    expect(types.errors).toEqual([]);
  });

  it('names no type of ours that it does not export', () => {
    const exported = ENTRIES.flatMap(entry => [...types.exportsOf(entry).values()]);

    const missing = exported.flatMap(symbol =>
      referencesOf(symbol)
        .filter(reference => !exported.includes(reference))
        .map(reference => `${symbol.name} names ${reference.name}`),
    );

    expect([...new Set(missing)]).toEqual([]);
  });
});

function textOf(declaration: ts.Declaration): string {
  const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  const text = printer.printNode(ts.EmitHint.Unspecified, statement, declaration.getSourceFile());
  return `${text.replace(/^export (declare )?/, '').replace(/^ +#private;\n/m, '')}\n`;
}

/** The types of this project that a symbol's declarations name, but for what their file keeps to itself. */
function referencesOf(symbol: ts.Symbol): readonly ts.Symbol[] {
  const found: ts.Symbol[] = [];
  const visit = (node: ts.Node) => {
    const name = nameIn(node);
    const named = name && types.checker.getSymbolAtLocation(name);
    if (named !== undefined) found.push(original(named, types.checker));
    node.forEachChild(visit);
  };
  symbol.declarations!.forEach(visit);
  return found.filter(isOurs);
}

function nameIn(node: ts.Node): ts.Node | undefined {
  if (ts.isTypeReferenceNode(node)) return node.typeName;
  if (ts.isExpressionWithTypeArguments(node)) return node.expression;
  if (ts.isTypeQueryNode(node)) return node.exprName;
  return ts.isImportTypeNode(node) ? node.qualifier : undefined;
}

function isOurs({ flags, declarations = [] }: ts.Symbol): boolean {
  if (flags & ts.SymbolFlags.TypeParameter) return false;
  return declarations.some(
    declaration =>
      types.isEmitted(declaration.getSourceFile().fileName) &&
      // A part of a long union may have a name only to be written shorter.
      !(ts.isTypeAliasDeclaration(declaration) && declaration.modifiers === undefined),
  );
}
