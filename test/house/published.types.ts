import { join } from 'node:path';
import ts from 'typescript';
import { LIB } from './lib.graph.js';

const ROOT = join(LIB, '..');

/** A source of this repository that imports the package by its name, and how it is compiled. */
interface User {
  readonly user?: string;
  readonly exactOptionalPropertyTypes?: boolean;
}

/** What users get: the declarations that the build emits, in memory, with a program that has read them. */
export function publishedTypes(entries: readonly string[], { user, ...stricter }: User = {}) {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(ROOT, 'tsconfig.build.json'),
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
  )!;
  const emitted = new Map<string, string>();
  const sources = ts.createProgram(config.fileNames, config.options);
  sources.emit(undefined, (file, text) => emitted.set(file, text), undefined, true);

  const host = ts.createCompilerHost(config.options);
  const { fileExists, readFile } = host;
  // Its folders do not exist.
  host.directoryExists = undefined;
  host.fileExists = file => emitted.has(file) || fileExists.call(host, file);
  host.readFile = file => emitted.get(file) ?? readFile.call(host, file);
  const users = user === undefined ? [] : [join(ROOT, user)];
  const files = [...entries.map(entry => join(config.options.outDir!, entry)), ...users];
  const options = { ...config.options, ...stricter, rootDir: undefined, skipLibCheck: false };
  const program = ts.createProgram(files, options, host);
  const checker = program.getTypeChecker();
  return {
    /** What is wrong with the declarations themselves, as a user without skipLibCheck sees it. */
    errors: [...emitted.keys()].flatMap(file => errorsIn(file, program)),
    userErrors: users.flatMap(file => errorsIn(file, program)),
    isEmitted: (file: string) => emitted.has(file),
    checker,
    /** What an entry exports, by name; the symbols are those of the declarations. */
    exportsOf: (entry: string) => exportsOf(join(config.options.outDir!, entry), program, checker),
  };
}

function errorsIn(file: string, program: ts.Program): readonly string[] {
  const source = program.getSourceFile(file);
  if (source === undefined) return [];
  return program
    .getSemanticDiagnostics(source)
    .map(({ messageText }) => `${file}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
}

function exportsOf(
  file: string,
  program: ts.Program,
  checker: ts.TypeChecker,
): ReadonlyMap<string, ts.Symbol> {
  const module = checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
  return new Map(
    checker.getExportsOfModule(module).map(symbol => {
      return [symbol.name, original(symbol, checker)];
    }),
  );
}

/** What an import or export stands for. */
export function original(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}
