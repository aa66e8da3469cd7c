import ts from 'typescript';
import { SCHEDULE } from './origin.js';
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
  const theirs = imports.filter(({ moduleSpecifier }) => isText(moduleSpecifier, SCHEDULE));
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
    rewrite() {
      const [first] = theirs;
      theirs.forEach(declaration => rewriteImport(declaration, declaration === first ? added : new Map()));
      if (first === undefined) return;
      const isNamespace = specifiersOf(theirs).length === 0;
      if (isNamespace && added.size > 0) {
        rewriting.replaceSpan(first.end, first.end, `\n${importText(added)}`);
      }
      imports.filter(each => isText(each.moduleSpecifier, 'cron')).forEach(dropUnused);
    },
  };

  /** What made jobs is not needed any more. */
  function dropUnused(declaration: ts.ImportDeclaration): void {
    const rest = applied(rewriting.edits, file.text, declaration.end);
    const specifiers = specifiersOf([declaration]);
    const used = specifiers.filter(({ name }) => new RegExp(`\\b${name.text}\\b`).test(rest));
    if (specifiers.length === 0 || used.length === specifiers.length) return;
    const texts = used.map(each => each.getText(file)).join(', ');
    if (used.length > 0) rewriting.replace(declaration.importClause!, `{ ${texts} }`);
    else removeStatement(declaration, rewriting);
  }

  function rewriteImport(declaration: ts.ImportDeclaration, names: ReadonlyMap<string, string>): void {
    const bindings = declaration.importClause?.namedBindings;
    if (bindings === undefined || !ts.isNamedImports(bindings)) {
      rewriting.replace(declaration.moduleSpecifier, `'${OURS}'`);
      return;
    }
    const staying = bindings.elements.filter(({ name, propertyName }) =>
      kept.has((propertyName ?? name).text),
    );
    const lines = [
      ...(names.size === 0 ? [] : [importText(names, declaration.importClause?.isTypeOnly)]),
      ...(staying.length === 0 ? [] : [stayingText(staying)]),
    ];
    if (lines.length > 0) rewriting.replace(declaration, lines.join('\n'));
    else removeStatement(declaration, rewriting);
  }

  function stayingText(specifiers: readonly ts.ImportSpecifier[]): string {
    return `import { ${specifiers.map(each => each.getText(file)).join(', ')} } from '${SCHEDULE}';`;
  }

  /** A part of all that was imported. */
  function partText(used: ts.Node, name: string): string {
    const whole = ts.isPropertyAccessExpression(used) ? used.expression : (used as ts.QualifiedName).left;
    return `${whole.getText(file)}.${name}`;
  }
}

function importText(names: ReadonlyMap<string, string>, isTypeOnly = false): string {
  const parts = [...names].map(([name, local]) => (name === local ? name : `${name} as ${local}`));
  return `import ${isTypeOnly ? 'type ' : ''}{ ${parts.sort().join(', ')} } from '${OURS}';`;
}

function specifiersOf(imports: readonly ts.ImportDeclaration[]): readonly ts.ImportSpecifier[] {
  return imports.flatMap(({ importClause }) => {
    const bindings = importClause?.namedBindings;
    return bindings !== undefined && ts.isNamedImports(bindings) ? [...bindings.elements] : [];
  });
}

function isText(node: ts.Expression, text: string): boolean {
  return ts.isStringLiteral(node) && node.text === text;
}

/** All that the file calls something by, but for what it imports from @nestjs/schedule. */
function identifiersIn(file: ts.SourceFile): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (node: ts.Node) => {
    if (ts.isImportDeclaration(node) && isText(node.moduleSpecifier, SCHEDULE)) return;
    if (ts.isIdentifier(node)) found.add(node.text);
    node.forEachChild(visit);
  };
  file.forEachChild(visit);
  return found;
}
