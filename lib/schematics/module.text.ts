import ts from 'typescript';
import { literalText, newLiteral } from '../source/object.literal.js';
import { applied, rewritingOf, type Rewriting } from '../source/rewriting.js';

/** An element for a list of `@Module()`, and the import of its name. */
export interface Addition {
  readonly property: 'imports' | 'providers';
  readonly element: string;
  readonly name: string;
  readonly from: string;
}

/**
 * The text of a module's file with further elements; `undefined` when the first one's name is in it already.
 *
 * @throws {Error} when the file has no `@Module()` that can be read.
 */
export function addToModule(text: string, path: string, additions: readonly Addition[]): string | undefined {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  if (new RegExp(`\\b${additions[0]!.name}\\b`).test(text)) return undefined;
  const rewriting = rewritingOf(file);
  const call = moduleCall(file);
  if (call === undefined) throw new Error(unreadable(path, 'a class with @Module({ … })'));
  addElements(call, additions, rewriting);
  const last = file.statements.findLast(ts.isImportDeclaration);
  const imports = additions.map(({ name, from }) => `import { ${name} } from '${from}';`).join('\n');
  if (last === undefined) rewriting.replaceSpan(0, 0, `${imports}\n`);
  else rewriting.replaceSpan(last.end, last.end, `\n${imports}`);
  return applied(rewriting.edits, text);
}

function addElements(call: ts.CallExpression, additions: readonly Addition[], rewriting: Rewriting): void {
  const [metadata] = call.arguments;
  const texts = additions.map(({ property, element }) => `${property}: [${element}]`);
  if (metadata === undefined) {
    return rewriting.replaceSpan(call.end - 1, call.end - 1, newLiteral(texts));
  }
  const path = rewriting.file.fileName;
  if (!ts.isObjectLiteralExpression(metadata))
    throw new Error(unreadable(path, '@Module({ … }) with a literal'));
  const missing: string[] = [];
  for (const [i, { property, element }] of additions.entries()) {
    const known = metadata.properties.find(({ name }) => name?.getText() === property);
    const list = known !== undefined && ts.isPropertyAssignment(known) ? known.initializer : undefined;
    if (known === undefined) missing.push(texts[i]!);
    else if (list !== undefined && ts.isArrayLiteralExpression(list)) append(list, element, rewriting);
    else throw new Error(unreadable(path, `@Module({ ${property}: [ … ] })`));
  }
  if (missing.length > 0) rewriting.replace(metadata, literalText(metadata, new Map(), missing, rewriting));
}

function append({ elements, end }: ts.ArrayLiteralExpression, element: string, rewriting: Rewriting): void {
  const last = elements.at(-1);
  if (last === undefined) return rewriting.replaceSpan(end - 1, end - 1, element);
  const space = /\s*$/.exec(rewriting.file.text.slice(last.pos, last.getStart()))![0];
  rewriting.replaceSpan(last.end, last.end, `,${space || ' '}${element}`);
}

/** The call of the decorator; that of the last class that has one. */
function moduleCall(file: ts.SourceFile): ts.CallExpression | undefined {
  return file.statements
    .filter(ts.isClassDeclaration)
    .flatMap(node => ts.getDecorators(node) ?? [])
    .map(({ expression }) => expression)
    .filter(ts.isCallExpression)
    .findLast(({ expression }) => expression.getText() === 'Module');
}

function unreadable(path: string, expected: string): string {
  return (
    `nest add nestjs-sts expects ${expected} in ${path}, got something else. ` +
    'Import StsModule.forRoot() of nestjs-sts there yourself.'
  );
}
