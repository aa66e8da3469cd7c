import ts from 'typescript';
import type { Rewriting } from './rewriting.js';

/** A property with a value that can be read, whatever it is. */
export interface Option {
  readonly key: string;
  readonly node: ts.PropertyAssignment | ts.ShorthandPropertyAssignment;
  readonly value: ts.Expression;
}

/** The options of a literal; `undefined` when something in it is not `key: value`, such as `...others`. */
export function optionsIn(literal: ts.ObjectLiteralExpression): readonly Option[] | undefined {
  const options = literal.properties.map(optionOf);
  return options.every(option => option !== undefined) ? options : undefined;
}

/**
 * A literal's text with other options, in the same shape: what stands before a property, such as a comment, stays with
 * it.
 *
 * @param texts of the properties; `null` = it is taken out.
 * @param added further ones.
 */
export function literalText(
  literal: ts.ObjectLiteralExpression,
  texts: ReadonlyMap<ts.Node, string | null>,
  added: readonly string[],
  { file, text }: Rewriting,
): string {
  const { properties } = literal;
  const before = (node: ts.Node) => file.text.slice(node.pos, node.getStart(file));
  const kept = properties.flatMap(node => {
    const now = texts.has(node) ? texts.get(node) : text(node);
    return now === null ? [] : [`${before(node)}${now}`];
  });
  const space = properties.length === 0 ? ' ' : /\s*$/.exec(before(properties.at(-1)!))![0];
  const all = [...kept, ...added.map(each => `${space}${each}`)];
  if (all.length === 0) return '{}';
  const comma = properties.hasTrailingComma ? ',' : '';
  const tail = properties.length === 0 ? ' ' : file.text.slice(properties.end, literal.end - 1);
  return `{${all.join(',')}${comma}${tail}}`;
}

/** `key: value`, in short where the value is a variable of that name. */
export function propertyText(key: string, value: ts.Expression, text: (node: ts.Node) => string): string {
  return ts.isIdentifier(value) && value.text === key ? key : `${key}: ${text(value)}`;
}

/** A new literal; '' when it would be empty. */
export function newLiteral(properties: readonly string[]): string {
  return properties.length === 0 ? '' : `{ ${properties.join(', ')} }`;
}

function optionOf(node: ts.ObjectLiteralElementLike): Option | undefined {
  if (ts.isShorthandPropertyAssignment(node)) return { key: node.name.text, node, value: node.name };
  if (!ts.isPropertyAssignment(node) || ts.isComputedPropertyName(node.name)) return undefined;
  return { key: node.name.text, node, value: node.initializer };
}

export function isTrue(node: ts.Expression): boolean {
  return node.kind === ts.SyntaxKind.TrueKeyword;
}

export function isFalse(node: ts.Expression): boolean {
  return node.kind === ts.SyntaxKind.FalseKeyword;
}

/** A whole number that is written out; `undefined` for anything else. */
export function numberIn(node: ts.Expression): number | undefined {
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (!ts.isPrefixUnaryExpression(node) || node.operator !== ts.SyntaxKind.MinusToken) return undefined;
  const positive = numberIn(node.operand);
  return positive === undefined ? undefined : -positive;
}

/** A value's text, in parentheses where an operator beside it would part it. */
export function grouped(value: ts.Expression, text: (node: ts.Node) => string): string {
  const isSimple =
    ts.isIdentifier(value) ||
    ts.isLiteralExpression(value) ||
    ts.isPropertyAccessExpression(value) ||
    ts.isCallExpression(value);
  return isSimple ? text(value) : `(${text(value)})`;
}
