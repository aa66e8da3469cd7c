import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { rewritingOf, type Rewriting } from '../source/rewriting.js';
import { SCHEDULE } from './origin.js';

/** The TypeScript files of a folder, and what is known of their types. */
export interface AppFiles {
  readonly files: readonly ts.SourceFile[];
  /** Files that use @nestjs/schedule and do not parse: nothing is rewritten there. */
  readonly unread: readonly Rewriting[];
  readonly checker: ts.TypeChecker;
}

/**
 * Reads all TypeScript files below a folder, as the tsconfig.json that is nearest above it says.
 *
 * @throws {Error} when it is no folder, or when @nestjs/schedule is used and not installed.
 */
export function appFiles(folder: string): AppFiles {
  const path = resolve(folder);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new Error(`migrate-from-schedule expects a folder, got ${folder}.`);
  }
  const names = ts.sys.readDirectory(
    path,
    ['.ts', '.mts', '.cts', '.tsx'],
    ['**/node_modules', '**/dist', '**/*.d.ts', '**/*.d.mts', '**/*.d.cts'],
  );
  const program = ts.createProgram(names, optionsFor(path));
  const all = names.map(name => program.getSourceFile(name)!);
  const users = all.filter(({ text }) => /['"]@nestjs\/schedule['"/]/.test(text));
  const lost = users.find(file => !isResolved(file, program.getCompilerOptions()));
  if (lost !== undefined) {
    throw new Error(
      `${lost.fileName} imports ${SCHEDULE}, which is not installed: its types tell what is to be rewritten. ` +
        'Run this before you uninstall it.',
    );
  }
  const broken = new Set(all.filter(file => program.getSyntacticDiagnostics(file).length > 0));
  const unread = users
    .filter(file => broken.has(file))
    .map(file => unparsed(file, program.getSyntacticDiagnostics(file)[0]!));
  return { files: all.filter(file => !broken.has(file)), unread, checker: program.getTypeChecker() };
}

function unparsed(file: ts.SourceFile, { start, messageText }: ts.DiagnosticWithLocation): Rewriting {
  const reason = ts.flattenDiagnosticMessageText(messageText, ' ');
  const text = `the file does not parse, and is left as it is: ${reason}`;
  return { ...rewritingOf(file), left: [{ position: start, text }] };
}

function optionsFor(path: string): ts.CompilerOptions {
  const defaults = { experimentalDecorators: true, skipLibCheck: true, noEmit: true };
  const file = ts.findConfigFile(path, ts.sys.fileExists, 'tsconfig.json');
  if (file === undefined) {
    const { NodeNext: module } = ts.ModuleKind;
    return { ...defaults, module, moduleResolution: ts.ModuleResolutionKind.NodeNext };
  }
  const { config } = ts.readConfigFile(file, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, join(file, '..'));
  return { ...options, ...defaults };
}

function isResolved({ fileName, impliedNodeFormat }: ts.SourceFile, options: ts.CompilerOptions): boolean {
  const { resolvedModule } = ts.resolveModuleName(
    SCHEDULE,
    fileName,
    options,
    ts.sys,
    undefined,
    undefined,
    impliedNodeFormat,
  );
  return resolvedModule !== undefined;
}
