import ts from 'typescript';
import { isPathOf, SCHEDULE } from './origin.js';
import { applied, type Rewriting } from '../source/rewriting.js';
import { removeStatement } from './statements.js';

const OURS = 'nestjs-sts';

/** What stands here under another name. */
const RENAMED: Readonly<Record<string, string>> = {
  Interval: 'Every',
  Timeout: 'Manual',
  ScheduleModule: 'StsModule',
};

/** The names that a file has, and needs, of both packages. */
export interface ImportedNames {
  /**
   * What to write for a name of ours; it is imported.
   *
   * @param used the name in the file's text that it takes the place of, if any.
   */
  ours(name: string, used?: ts.Node): string;
  /** A name that stays one of @nestjs/schedule. */
  keep(name: string): void;
  /** Whether the file calls something by a name already. */
  isTaken(name: string): boolean;
  /** Rewrites the imports; after all else. */
  rewrite(): void;
}

/** How a name of @nestjs/schedule is called here. */
export function renamed(name: string): string {
  return RENAMED[name] ?? name;
}

export function importedNames(rewriting: Rewriting): ImportedNames {
  const { file } = rewriting;
  const imports = file.statements.filter(ts.isImportDeclaration);
  const theirs = imports.filter(isTheirs);
  const quote = theirs[0]?.moduleSpecifier.getText(file)[0] ?? "'";
  const present = specifiersOf(imports.filter(({ moduleSpecifier }) => isText(moduleSpecifier, OURS)));
  const local = new Map(present.map(({ name, propertyName }) => [(propertyName ?? name).text, name.text]));
  const texts = identifiersIn(file);
  const added = new Map<string, string>();
  const kept = new Set<string>();

  const add = (name: string, wanted: string) => {
    local.set(name, wanted);
    added.set(name, wanted);
    return wanted;
  };
  return {
    ours(name, used) {
      if (used !== undefined && !ts.isIdentifier(used)) return partText(used, name);
      const known = local.get(name);
      if (known !== undefined) return known;
      const specifier = specifiersOf(theirs).find(({ name: { text } }) => text === used?.text);
      const original = (specifier?.propertyName ?? specifier?.name)?.text;
      const isAlias = specifier?.propertyName !== undefined && renamed(original!) === name;
      if (isAlias || original === name) return add(name, specifier!.name.text);
      return add(name, texts.has(name) ? `Sts${name}` : name);
    },
    keep: name => kept.add(name),
    isTaken: name => texts.has(name),
    rewrite() {
      const [first] = theirs;
      if (first === undefined) return;
      const isAllTypes = theirs.every(({ importClause }) => importClause?.isTypeOnly === true);
      const place = theirs.find(
        each => specifiersOf([each]).length > 0 && (isAllTypes || each.importClause?.isTypeOnly !== true),
      );
      theirs.forEach(declaration => rewriteImport(declaration, declaration === place ? added : new Map()));
      if (place === undefined && added.size > 0) {
        const { end } = theirs.find(each => specifiersOf([each]).length === 0) ?? first;
        rewriting.replaceSpan(end, end, `\n${importText(added, isAllTypes)}`);
      }
      imports.filter(each => isText(each.moduleSpecifier, 'cron')).forEach(dropUnused);
    },
  };

  /** What made jobs is not needed any more. */
  function dropUnused(declaration: ts.ImportDeclaration): void {
    const rest = applied(rewriting.edits, file.text, declaration.end);
    const specifiers = specifiersOf([declaration]);
    const used = specifiers.filter(({ name }) => new RegExp(`\\b${name.text}\\b`).test(rest));
    if (declaration.importClause?.name !== undefined || used.length === specifiers.length) return;
    if (used.length > 0) rewriting.replace(declaration.importClause!.namedBindings!, listOf(used));
    else removeStatement(declaration, rewriting);
  }

  function rewriteImport(declaration: ts.ImportDeclaration, names: ReadonlyMap<string, string>): void {
    const bindings = declaration.importClause?.namedBindings;
    if (bindings === undefined || !ts.isNamedImports(bindings)) {
      rewriting.replace(declaration.moduleSpecifier, `${quote}${OURS}${quote}`);
      return;
    }
    const staying = bindings.elements.filter(({ name, propertyName }) =>
      kept.has((propertyName ?? name).text),
    );
    const lines = [
      ...(names.size === 0 ? [] : [importText(names, declaration.importClause?.isTypeOnly)]),
      ...(staying.length === 0 ? [] : [stayingText(staying, declaration)]),
    ];
    if (lines.length > 0) rewriting.replace(declaration, lines.join('\n'));
    else removeStatement(declaration, rewriting);
  }

  function stayingText(
    specifiers: readonly ts.ImportSpecifier[],
    { importClause, moduleSpecifier }: ts.ImportDeclaration,
  ): string {
    const type = importClause?.isTypeOnly === true ? 'type ' : '';
    return `import ${type}${listOf(specifiers)} from ${moduleSpecifier.getText(file)};`;
  }

  function importText(names: ReadonlyMap<string, string>, isTypeOnly = false): string {
    const parts = [...names].map(([name, local]) => (name === local ? name : `${name} as ${local}`));
    return `import ${isTypeOnly ? 'type ' : ''}{ ${parts.sort().join(', ')} } from ${quote}${OURS}${quote};`;
  }

  function listOf(specifiers: readonly ts.ImportSpecifier[]): string {
    return `{ ${specifiers.map(each => each.getText(file)).join(', ')} }`;
  }

  /** A part of all that was imported. */
  function partText(used: ts.Node, name: string): string {
    const whole = ts.isPropertyAccessExpression(used) ? used.expression : (used as ts.QualifiedName).left;
    return `${whole.getText(file)}.${name}`;
  }
}

function specifiersOf(imports: readonly ts.ImportDeclaration[]): readonly ts.ImportSpecifier[] {
  return imports.flatMap(({ importClause }) => {
    const bindings = importClause?.namedBindings;
    return bindings !== undefined && ts.isNamedImports(bindings) ? [...bindings.elements] : [];
  });
}

function isTheirs({ moduleSpecifier }: ts.ImportDeclaration): boolean {
  return ts.isStringLiteral(moduleSpecifier) && isPathOf(moduleSpecifier.text, SCHEDULE);
}

function isText(node: ts.Expression, text: string): boolean {
  return ts.isStringLiteral(node) && node.text === text;
}

/** All that the file calls something by, but for what it imports from @nestjs/schedule. */
function identifiersIn(file: ts.SourceFile): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (node: ts.Node) => {
    if (ts.isImportDeclaration(node) && isTheirs(node)) return;
    if (ts.isIdentifier(node)) found.add(node.text);
    node.forEachChild(visit);
  };
  file.forEachChild(visit);
  return found;
}
