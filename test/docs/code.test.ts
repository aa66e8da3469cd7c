import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { BLOCKS, moduleOf } from './code.blocks.js';
import { wrongsOf } from './compiled.js';
import { documentedOptions } from './documented.options.js';
import { ROOT } from './pages.js';

const run = promisify(execFile);

const shown = BLOCKS.filter(({ language }) => language === 'ts').map(({ place, code }) => ({
  place,
  code: moduleOf(code),
}));

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

describe('the code that says what it prints', { timeout: 60_000 }, () => {
  it.each(BLOCKS.filter(({ isRun }) => isRun))('prints that: $place', async ({ code, next }) => {
    const compilerOptions = { target: ts.ScriptTarget.ES2022, experimentalDecorators: true };
    const { outputText } = ts.transpileModule(code, { compilerOptions });

    // The package knows itself by its name: that is what the build has made.
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', outputText], { cwd: ROOT });

    expect(stdout).toBe(next);
  });
});
