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

/** What a module prints that is compiled as users compile it. The package knows itself by its name: what the build has made. */
async function printed(code: string): Promise<string> {
  const compilerOptions = { target: ts.ScriptTarget.ES2022, experimentalDecorators: true };
  const { outputText } = ts.transpileModule(code, { compilerOptions });
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', outputText], {
    cwd: ROOT,
    env: { ...process.env, STS_LOG_LEVEL: 'SILENT' },
  });
  return stdout;
}

describe('the code that says what it prints', { timeout: 60_000 }, () => {
  it.each(BLOCKS.filter(({ isRun }) => isRun))('prints that: $place', async ({ code, next }) => {
    expect(await printed(code)).toBe(next);
  });
});

describe('the first screen of the README', { timeout: 60_000 }, () => {
  it('is an app whose tasks are due, and run by hand', async () => {
    const { code } = BLOCKS.find(({ place }) => place.startsWith('README.md'))!;
    const use = `
      import { NestFactory } from '@nestjs/core';
      import { SchedulerRegistry } from 'nestjs-sts';
      const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
      const registry = app.get(SchedulerRegistry);
      console.log(registry.list().map(({ name, nextAt }) => \`\${name} \${nextAt === null ? 'by hand' : 'due'}\`).join('\\n'));
      const run = await registry.trigger('ReportTasks.rebuild', { since: '2026-01-01' });
      console.log((await run.finished()).outcome.kind);
      await app.close();`;

    expect((await printed(code + use)).trim().split('\n')).toEqual([
      'ReportTasks.poll due',
      'ReportTasks.nightly due',
      'ReportTasks.rebuild by hand',
      'success',
    ]);
  });
});
