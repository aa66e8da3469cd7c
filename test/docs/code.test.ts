import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { BLOCKS, moduleOf, type CodeBlock } from './code.blocks.js';
import { wrongsOf } from './compiled.js';
import { documentedOptions } from './documented.options.js';
import { read, ROOT } from './pages.js';

const run = promisify(execFile);

/** Blocks of docs/getting-started.md that begin with the name of a file are this file of the example. */
const fileOf = ({ place, code }: CodeBlock) =>
  place.startsWith('docs/getting-started.md') ? /^\/\/ (\S+\.ts)\n/.exec(code)?.[1] : undefined;
const files = BLOCKS.filter(block => fileOf(block) !== undefined);

const shown = BLOCKS.filter(({ language }) => language === 'ts')
  .filter(block => !files.includes(block))
  .map(({ place, code }) => ({ place, code: moduleOf(code) }));

const examples = [...documentedOptions()].map(([type, options]) => ({
  place: `docs/options.md, ${type}`,
  code: options.map(({ example }) => `({ ${example} }) satisfies Partial<${type}>;`).join('\n'),
}));

describe('the code on the pages', { timeout: 120_000 }, () => {
  it('compiles, in blocks and in the examples of options', () => {
    expect(shown.length).toBeGreaterThan(50);
    expect(wrongsOf([...shown, ...examples])).toEqual([]);
  });
});

describe('getting started', () => {
  it.each(files)('shows the file of the example at $place', ({ place, code }) => {
    const name = fileOf({ place, code } as CodeBlock)!;

    expect(code).toBe(`// ${name}\n${read(`examples/express/${name}`)}`);
  });

  it('shows all files of the example', () => {
    const names = readdirSync(join(ROOT, 'examples/express'));

    expect(files.map(file => fileOf(file)).toSorted()).toEqual(names.toSorted());
  });
});

describe('the code that says what it prints', { timeout: 60_000 }, () => {
  it.each(BLOCKS.filter(({ isRun }) => isRun))('prints that: $place', async ({ code, next }) => {
    const compilerOptions = { target: ts.ScriptTarget.ES2022, experimentalDecorators: true };
    const { outputText } = ts.transpileModule(code, { compilerOptions });

    // The package knows itself by its name: that is what the build has made.
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', outputText], { cwd: ROOT });

    expect(stdout).toBe(next);
  });
});
