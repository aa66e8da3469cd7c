import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const LIB = fileURLToPath(new URL('../../lib/', import.meta.url));

/** The imports of every file of lib, types and dynamic ones included: paths relative to lib. */
export function libImports(): ReadonlyMap<string, readonly string[]> {
  const files = readdirSync(LIB, { recursive: true, encoding: 'utf8' }).filter(file => /\.tsx?$/.test(file));
  return new Map(files.map(file => [file, importsOf(file)]));
}

function importsOf(file: string): readonly string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(LIB, file), 'utf8'), true, true);
  return importedFiles
    .map(({ fileName }) => fileName)
    .filter(name => name.startsWith('.'))
    .map(name => sourceOf(relative(LIB, join(LIB, dirname(file), name))));
}

/** A page of the dashboard may be a `.tsx`. */
function sourceOf(file: string): string {
  const source = file.replace(/\.js$/, '.ts');
  return existsSync(join(LIB, source)) ? source : source.replace(/\.ts$/, '.tsx');
}
