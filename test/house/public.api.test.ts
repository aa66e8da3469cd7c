import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { LIB } from './lib.graph.js';

const config = ts.getParsedCommandLineOfConfigFile(
  join(LIB, '../tsconfig.json'),
  {},
  {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: () => undefined,
  },
)!;

describe('the public API', () => {
  it.each(['index.ts', 'testing/index.ts'])('of %s is what it was', async entry => {
    const program = ts.createProgram([join(LIB, entry)], config.options);
    const checker = program.getTypeChecker();
    const source = program.getSourceFile(join(LIB, entry))!;
    const symbols = checker.getExportsOfModule(checker.getSymbolAtLocation(source)!);

    const lines = symbols.flatMap(symbol => describeSymbol(symbol, checker)).join('\n');

    await expect(`${lines}\n`).toMatchFileSnapshot(`__snapshots__/${entry.replace('/', '.')}.api.txt`);
  });
});

const FLAGS = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias;

function describeSymbol(exported: ts.Symbol, checker: ts.TypeChecker): string[] {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const declaration = symbol.declarations![0]!;
  if (ts.isTypeAliasDeclaration(declaration)) {
    return [`type ${exported.name} = ${declaration.type.getText().replaceAll(/\s+/g, ' ')}`];
  }
  if (ts.isInterfaceDeclaration(declaration) || ts.isClassDeclaration(declaration)) {
    const isClass = ts.isClassDeclaration(declaration);
    const members = declaration.members.filter(isPublic).map(member => `  ${signature(member)}`);
    const heritage = declaration.heritageClauses?.map(clause => ` ${clause.getText()}`).join('') ?? '';
    return [`${isClass ? 'class' : 'interface'} ${exported.name}${heritage}`, ...members];
  }
  const type = checker.getTypeOfSymbolAtLocation(symbol, declaration);
  return [`${exported.name}: ${checker.typeToString(type, undefined, FLAGS)}`];
}

function isPublic(member: ts.Node): boolean {
  const hidden = ts.SyntaxKind.PrivateKeyword;
  const { name } = member as ts.ClassElement;
  const modifiers = ts.canHaveModifiers(member) ? (ts.getModifiers(member) ?? []) : [];
  return !(name && ts.isPrivateIdentifier(name)) && !modifiers.some(({ kind }) => kind === hidden);
}

/** A member without its body, initial value and comments. */
function signature(member: ts.Node): string {
  const { body, initializer } = member as { body?: ts.Node; initializer?: ts.Node };
  const end = (body ?? initializer)?.getFullStart() ?? member.getEnd();
  return member
    .getSourceFile()
    .text.slice(member.getStart(), end)
    .replace(/\s*=?\s*$/, '')
    .replaceAll(/\s+/g, ' ');
}
