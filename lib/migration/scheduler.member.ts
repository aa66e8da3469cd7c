import ts from 'typescript';
import type { MigratedFile } from './migrated.file.js';
import { declarationOf, importedName, SCHEDULE } from './origin.js';

const MEMBER = 'taskScheduler';

/** Why a call cannot be rewritten. */
export const NO_SCHEDULER =
  'tasks are added and removed by TaskScheduler, which has to be injected beside the registry';

/**
 * An expression for the TaskScheduler of whoever has a registry: a member beside it, which is added to the class, or
 * another `get()` of the same container. `undefined` when it is had in another way.
 */
export function schedulerText(registry: ts.Expression, file: MigratedFile): string | undefined {
  if (ts.isPropertyAccessExpression(registry) && registry.expression.kind === ts.SyntaxKind.ThisKeyword) {
    const member = memberBeside(registry.name, file);
    return member === undefined ? undefined : `this.${member}`;
  }
  if (isOfConstructor(registry, file)) return memberBeside(registry, file);
  const source = ts.isIdentifier(registry) ? initializerOf(registry, file) : registry;
  if (source === undefined || !ts.isCallExpression(source)) return undefined;
  const [token] = source.arguments;
  if (token === undefined || importedName(token, SCHEDULE, file.checker) !== 'SchedulerRegistry')
    return undefined;
  return source.getText().replace(token.getText(), file.names.ours('TaskScheduler'));
}

/** Whether it is a parameter of a constructor, to which Nest hands another. */
function isOfConstructor(registry: ts.Expression, { checker }: MigratedFile): registry is ts.Identifier {
  const declared = ts.isIdentifier(registry) ? declarationOf(registry, checker) : undefined;
  return declared !== undefined && ts.isParameter(declared) && ts.isConstructorDeclaration(declared.parent);
}

function initializerOf(name: ts.Identifier, { checker }: MigratedFile): ts.Expression | undefined {
  const declared = declarationOf(name, checker);
  return declared !== undefined && ts.isVariableDeclaration(declared) ? declared.initializer : undefined;
}

/** The registry's own declaration, said of the scheduler, and put behind it. */
function memberBeside(name: ts.MemberName, file: MigratedFile): string | undefined {
  const { rewriting, names, schedulers } = file;
  const declared = ts.isIdentifier(name) ? declarationOf(name, file.checker) : undefined;
  if (declared === undefined || declared.getSourceFile() !== rewriting.file) return undefined;
  if (!ts.isParameter(declared) && !isGiven(declared)) return undefined;
  const known = schedulers.get(declared);
  if (known !== undefined) return known;
  const member = names.isTaken(MEMBER) ? `sts${MEMBER[0]!.toUpperCase()}${MEMBER.slice(1)}` : MEMBER;
  const text = copyOf(declared, member, file);
  if (text === undefined) return undefined;
  const separator = ts.isParameter(declared) ? parameterSeparator(declared) : lineBefore(declared);
  rewriting.replaceSpan(declared.end, declared.end, `${separator}${text}`);
  schedulers.set(declared, member);
  return member;
}

/** Whether a property has its value from its declaration: what a method assigns would be missing in a copy. */
function isGiven(declared: ts.Declaration): declared is ts.PropertyDeclaration {
  if (!ts.isPropertyDeclaration(declared)) return false;
  return declared.initializer !== undefined || (ts.getDecorators(declared) ?? []).length > 0;
}

/** The text of a registry's declaration, said of the scheduler; `undefined` when it does not name the registry's class. */
function copyOf(
  declared: ts.ParameterDeclaration | ts.PropertyDeclaration,
  member: string,
  { checker, names }: MigratedFile,
): string | undefined {
  let isOfClass = false;
  const parts: { start: number; end: number; text: string }[] = [];
  const note = (node: ts.Node, text: string) =>
    parts.push({ start: node.getStart() - declared.getStart(), end: node.end - declared.getStart(), text });
  const visit = (node: ts.Node) => {
    if (node === declared.name) return void note(node, member);
    if (importedName(node, SCHEDULE, checker) !== 'SchedulerRegistry') return void node.forEachChild(visit);
    note(node, names.ours('TaskScheduler', ts.isIdentifier(node) ? undefined : node));
    isOfClass = true;
  };
  declared.forEachChild(visit);
  if (!isOfClass) return undefined;
  return parts.reduceRight(
    (text, { start, end, text: part }) => text.slice(0, start) + part + text.slice(end),
    declared.getText(),
  );
}

function parameterSeparator(declared: ts.ParameterDeclaration): string {
  const space = lineBefore(declared);
  return `,${space === '' ? ' ' : space}`;
}

/** The line break and indentation before a node; '' when it stands on a line with others. */
function lineBefore(node: ts.Node): string {
  const leading = node.getFullText().slice(0, node.getLeadingTriviaWidth());
  return /\n[^\n]*$/.exec(leading)?.[0] ?? '';
}
