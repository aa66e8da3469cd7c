import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { bare, read, rowsOf } from './pages.js';

/** docs/runs.md has all that a handler is given, that a run is, and how it may end. */
const page = read('docs/runs.md');

/** The first cells of the table below a heading, the second ones beside them. */
const told = (heading: string) =>
  rowsOf(page.split(new RegExp(`^## ${heading}`, 'm'))[1]!.split('\n## ')[0]!).map(cells => cells.map(bare));

const sourceOf = (path: string) => ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true);

/** The members of a class or an interface: their names and types. */
function membersOf(path: string, name: string): readonly (readonly [name: string, type: string])[] {
  const declaration = sourceOf(path).statements.find(
    statement =>
      (ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement)) &&
      statement.name?.text === name,
  ) as ts.InterfaceDeclaration | ts.ClassDeclaration;
  return [...declaration.members]
    .filter(member => ts.isPropertySignature(member) || ts.isPropertyDeclaration(member))
    .map(({ name: member, type }) => [member.getText(), type!.getText()]);
}

/** The texts of a union, or of `kind` in one of objects. */
function textsOf(path: string, name: string): readonly string[] {
  const alias = sourceOf(path).statements.find(
    statement => ts.isTypeAliasDeclaration(statement) && statement.name.text === name,
  )!;
  const isKinds = alias.getText().includes('kind');
  const found = alias.getText().matchAll(isKinds ? /kind: '(\w+)'/g : /'(\w+)'/g);
  return [...found].map(([, text]) => text!);
}

describe('the guide to runs', () => {
  it.each([
    ['What a handler is given', 'lib/task/task.context.ts', 'TaskContext'],
    ['What is known of a run', 'lib/run/run.ts', 'Run'],
  ])('%s: has each field with its type', (heading, path, type) => {
    const functions = (is: string) => (is.startsWith('(') ? 'a function' : is);

    expect(told(heading).map(([name, is]) => [name, is])).toEqual(
      membersOf(path, type).map(([name, is]) => [name, functions(is)]),
    );
  });

  it.each([
    ['How it ends', 'lib/run/outcome.ts', 'AttemptOutcome', ['skipped']],
    ['Why it was skipped', 'lib/run/outcome.ts', 'SkipReason', []],
    ['Causes', 'lib/run/run.ts', 'Cause', []],
  ])('%s: has each of them', (heading, path, type, more) => {
    const words = told(heading).map(([word]) => word!);

    expect(words.toSorted()).toEqual([...textsOf(path, type), ...more].toSorted());
  });
});

describe('the guide to events', () => {
  it('has each field of the record of the log', () => {
    const [, said] = /called with a `LogRecord`: ([^.]*)\./.exec(read('docs/events.md'))!;
    const fields = [...said!.matchAll(/`(\w+)`/g)].map(([, field]) => field);

    expect(fields).toEqual(membersOf('lib/log/log.record.ts', 'LogRecord').map(([name]) => name));
  });
});
