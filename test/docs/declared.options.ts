import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { libImports } from '../house/lib.graph.js';
import { read, ROOT } from './pages.js';

/** An option as its type has it. */
export interface DeclaredOption {
  readonly name: string;
  readonly type: string;
  /** The text of its `@default`; `required` where it must be given, `none` where neither is said. */
  readonly default: string;
}

/** Interfaces of options that are not called so. */
const OTHERS = ['TaskDefaults', 'Command', 'HistoryBounds', 'SimulatedDowntime', 'StsDashboardPlace'];
const SNAPSHOTS = 'test/house/__snapshots__';

/** The options of every public interface of options, each interface with its own alone. */
export function declaredOptions(): ReadonlyMap<string, readonly DeclaredOption[]> {
  const api = readdirSync(join(ROOT, SNAPSHOTS)).map(file => read(join(SNAPSHOTS, file)));
  const isPublic = (name: string) => api.some(text => new RegExp(`^interface ${name}\\b`, 'm').test(text));
  const isOptions = (name: string) => name.endsWith('Options') || OTHERS.includes(name);
  const found = [...libImports().keys()]
    .flatMap(file => interfacesOf(file))
    .filter(({ name }) => isOptions(name.text) && isPublic(name.text))
    .map(declaration => [declaration.name.text, optionsOf(declaration)] as const);
  return new Map(found.filter(([, options]) => options.length > 0));
}

function interfacesOf(file: string): readonly ts.InterfaceDeclaration[] {
  const text = read(join('lib', file));
  return ts
    .createSourceFile(file, text, ts.ScriptTarget.Latest, true)
    .statements.filter(ts.isInterfaceDeclaration);
}

/** `shutdown: { timeout }` is the option `shutdown.timeout`. */
function optionsOf(
  { members }: ts.InterfaceDeclaration | ts.TypeLiteralNode,
  prefix = '',
): readonly DeclaredOption[] {
  return members.filter(ts.isPropertySignature).flatMap(member => {
    const name = `${prefix}${member.name.getText()}`;
    const type = withoutUndefined(member.type!);
    if (ts.isTypeLiteralNode(type)) return optionsOf(type, `${name}.`);
    return { name, type: inOneLine(textOf(member.type!)), default: defaultOf(member) };
  });
}

/** That an option may be `undefined` as well goes without saying. */
function withoutUndefined(type: ts.TypeNode): ts.TypeNode {
  if (!ts.isUnionTypeNode(type)) return type;
  const [only, ...others] = type.types.filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword);
  if (others.length > 0) return type;
  return ts.isParenthesizedTypeNode(only!) ? only.type : only!;
}

const textOf = (type: ts.TypeNode) =>
  withoutUndefined(type)
    .getText()
    .replace(/\s*\|\s*undefined$/, '');

function defaultOf(member: ts.PropertySignature): string {
  const [tag] = ts.getJSDocTags(member).filter(({ tagName }) => tagName.text === 'default');
  const said = ts.getTextOfJSDocComment(tag?.comment);
  if (said !== undefined) return inOneLine(said);
  return member.questionToken === undefined ? 'required' : 'none';
}

const inOneLine = (text: string) => text.replaceAll(/\s+/g, ' ');
