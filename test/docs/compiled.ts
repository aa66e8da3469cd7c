import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { read, ROOT } from './pages.js';

/** A piece of code, and where it is shown. */
export interface Snippet {
  readonly place: string;
  readonly code: string;
}

const FOLDER = join(ROOT, 'test/docs/shown');
const SNAPSHOTS = 'test/house/__snapshots__';

/** What the pages use of others without an import, by module. */
const OTHERS: Readonly<Record<string, string>> = {
  '@nestjs/common':
    'BadRequestException CanActivate Controller ExecutionContext Get Inject Injectable Module NotFoundException Optional Post Scope ServiceUnavailableException UseFilters UseGuards UseInterceptors OnModuleInit',
  '@nestjs/core': 'APP_GUARD ContextIdFactory LazyModuleLoader ModuleRef NestFactory REQUEST',
  '@nestjs/config': 'ConfigModule ConfigService ConfigType registerAs',
  '@nestjs/platform-fastify': 'FastifyAdapter',
  '@nestjs/testing': 'Test',
  '@opentelemetry/api': 'metrics trace',
  'nestjs-cls': 'ClsService',
  'prom-client': 'Registry',
  vitest: 'expect it',
  zod: 'z',
};

/** Names that our own modules export, as the snapshots of the public API have them. */
const OURS = readdirSync(join(ROOT, SNAPSHOTS)).map(file => {
  const [door] = file.split('.index.ts');
  const module = file.startsWith('index.') ? 'nestjs-sts' : `nestjs-sts/${door}`;
  const api = read(join(SNAPSHOTS, file));
  return [
    module,
    [...api.matchAll(/^(?:abstract )?(?:class|interface|type|function|const) (\w+)/gm)].map(m => m[1]!),
  ] as const;
});
const MODULES = [
  ...Object.entries(OTHERS).map(([module, names]) => [module, names.split(' ')] as const),
  ...OURS,
];

/** What is wrong with snippets, each compiled as a module of its own: `docs/time.md:42: Cannot find name 'x'.` */
export function wrongsOf(snippets: readonly Snippet[]): readonly string[] {
  // Those that change the types of nestjs-sts do so for the whole program.
  const [own, others] = [true, false].map(isOwn =>
    snippets.filter(({ code }) => AUGMENTS.test(code) === isOwn),
  );
  return [own!, others!].flatMap(wrongsTogether);
}

const AUGMENTS = /^declare module 'nestjs-sts'/m;

function wrongsTogether(snippets: readonly Snippet[]): readonly string[] {
  const files = new Map(snippets.map(({ code }, i) => [join(FOLDER, `${i}.ts`), withImports(code)]));
  const program = programOf(files);
  return [...files.keys()].flatMap((file, i) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(file))
      .map(
        ({ messageText }) => `${snippets[i]!.place}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
      ),
  );
}

function programOf(files: ReadonlyMap<string, string>): ts.Program {
  const { options } = ts.getParsedCommandLineOfConfigFile(
    join(ROOT, 'tsconfig.json'),
    { noUnusedLocals: false, noUnusedParameters: false, noImplicitOverride: false },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
  )!;
  const host = ts.createCompilerHost(options, true);
  const { fileExists, readFile, getSourceFile } = host;
  // Their folder does not exist.
  host.directoryExists = undefined;
  host.fileExists = file => files.has(file) || fileExists.call(host, file);
  host.readFile = file => files.get(file) ?? readFile.call(host, file);
  host.getSourceFile = (file, ...rest) => {
    const parsed = PARSED.get(file) ?? getSourceFile.call(host, file, ...rest);
    if (parsed !== undefined && !files.has(file)) PARSED.set(file, parsed);
    return parsed;
  };
  const granted = ['taken.for.granted.ts', 'not.installed.d.ts'].map(file => join(ROOT, 'test/docs', file));
  return ts.createProgram([...files.keys(), ...granted], options, host);
}

/** Files of others, which are the same in each program. */
const PARSED = new Map<string, ts.SourceFile>();

/** With imports of what it uses and neither imports nor declares. */
function withImports(code: string): string {
  const file = ts.createSourceFile('shown.ts', code, ts.ScriptTarget.Latest, true);
  const used = new Set<string>();
  const declared = new Set<string>();
  const visit = (node: ts.Node) => {
    if (ts.isIdentifier(node)) used.add(node.text);
    if (isDeclaration(node)) declared.add(node.name!.text);
    node.forEachChild(visit);
  };
  visit(file);
  const imports = MODULES.map(([module, names]) => {
    const missing = [...new Set(names)].filter(name => used.has(name) && !declared.has(name));
    missing.forEach(name => declared.add(name));
    return missing.length === 0 ? '' : `import { ${missing.join(', ')} } from '${module}'; `;
  });
  const refused = code.replaceAll(/^.*\/\/ does not compile$/gm, line => `// @ts-expect-error\n${line}`);
  return `${imports.join('')}export {};\n${refused}`;
}

function isDeclaration(node: ts.Node): node is ts.ClassDeclaration & { name: ts.Identifier } {
  const isNamed =
    ts.isClassDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isImportSpecifier(node) ||
    ts.isVariableDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isInterfaceDeclaration(node);
  return isNamed && node.name !== undefined && ts.isIdentifier(node.name);
}
