import { readdirSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { bare, read, rowsOf } from './pages.js';

/** docs/errors.md has each error class of the public API once, with its own fields. */
interface ErrorClass {
  readonly name: string;
  readonly extends: string;
  readonly fields: readonly string[];
}

const SNAPSHOTS = 'test/house/__snapshots__';
/** They are what the others have in common, and told of in the text. */
const ABSTRACT = ['StsError', 'ConfigurationError'];

const declared = readdirSync(SNAPSHOTS)
  .flatMap(file => classesIn(read(`${SNAPSHOTS}/${file}`)))
  .filter(({ name }) => name.endsWith('Error') && !ABSTRACT.includes(name));

function classesIn(api: string): readonly ErrorClass[] {
  const file = ts.createSourceFile('api.ts', api, ts.ScriptTarget.Latest, true);
  return file.statements.filter(ts.isClassDeclaration).map(({ name, heritageClauses, members }) => ({
    name: name!.text,
    extends: heritageClauses?.[0]?.types[0]?.getText() ?? '',
    fields: members.filter(ts.isPropertyDeclaration).map(member => member.name.getText()),
  }));
}

const page = read('docs/errors.md');
const told = page.split(/^## /m).flatMap(section =>
  rowsOf(section).map(cells => ({
    section: section.split('\n')[0]!,
    name: bare(cells[0]!),
    fields: cells.length === 4 ? [...cells[2]!.matchAll(/`(\w+)`/g)].map(([, field]) => field!) : [],
  })),
);

const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);

describe('the guide to errors', () => {
  it('has a row for each class, with its fields', () => {
    const rows = told.map(({ name, fields }) => ({ name, fields })).toSorted(byName);

    expect(rows.length).toBeGreaterThan(25);
    expect(rows).toEqual(declared.map(({ name, fields }) => ({ name, fields })).toSorted(byName));
  });

  it('has those of configuration under that heading, and no others', () => {
    const configuration = told.filter(({ section }) => section === 'Configuration').toSorted(byName);
    const classes = declared.filter(({ extends: base }) => base === 'ConfigurationError').toSorted(byName);

    expect(configuration.map(({ name }) => name)).toEqual(classes.map(({ name }) => name));
  });

  it.each(ABSTRACT)('tells of %s', name => {
    expect(page).toContain(`\`${name}\``);
  });
});
