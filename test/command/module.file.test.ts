import 'reflect-metadata';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { moduleOf } from '../../lib/command/module.file.js';

/** Files of an app that is compiled; here, so that they find Nest. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(fileURLToPath(new URL('compiled-', import.meta.url)));
});
afterAll(() => rm(folder, { recursive: true }));

async function compiled(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

const module = (name: string) => `export class ${name} {}\nModule({ providers: [] })(${name});\n`;
const withModules = (name: string, ...modules: string[]) =>
  compiled(name, `import { Module } from '@nestjs/common';\n${modules.map(module).join('')}`);

describe('moduleOf()', () => {
  it('takes AppModule before others', async () => {
    const file = await withModules('app.js', 'OtherModule', 'AppModule');

    expect((await moduleOf(file, undefined)).name).toBe('AppModule');
  });

  it('takes the only module, under however many names', async () => {
    const file = await withModules('only.js', 'OnlyModule');
    await writeFile(
      join(folder, 'twice.js'),
      `export { OnlyModule, OnlyModule as default } from './only.js';`,
    );

    expect((await moduleOf(file, undefined)).name).toBe('OnlyModule');
    expect((await moduleOf(join(folder, 'twice.js'), undefined)).name).toBe('OnlyModule');
  });

  it('takes the one that is wanted', async () => {
    const file = await withModules('wanted.js', 'AppModule', 'OtherModule');

    expect((await moduleOf(file, 'OtherModule')).name).toBe('OtherModule');
  });

  it('takes what CommonJS exports in a way that Node does not see', async () => {
    const file = await compiled(
      'hidden.cjs',
      `const { Module } = require('@nestjs/common');
class AppModule {}
Module({ imports: [] })(AppModule);
for (const type of [AppModule]) module.exports[type.name] = type;`,
    );

    expect((await moduleOf(file, undefined)).name).toBe('AppModule');
  });

  it('asks which of several', async () => {
    const file = await withModules('several.js', 'FirstModule', 'SecondModule');

    await expect(moduleOf(file, undefined)).rejects.toThrow(
      `${file} expects one Nest module, got FirstModule, SecondModule. Choose one with --export <name>.`,
    );
  });

  it('says that there is none: neither a class without @Module() nor what is no class', async () => {
    const file = await compiled('none.js', 'export class AppModule {}\nexport const port = 3000;');

    await expect(moduleOf(file, undefined)).rejects.toThrow(
      `${file} expects one Nest module, got none. Give the compiled file (JavaScript) that exports a class with @Module().`,
    );
    await expect(moduleOf(file, 'AppModule')).rejects.toThrow(
      `${file} expects a Nest module under the name 'AppModule', got none.`,
    );
  });

  it('suggests the name that was meant', async () => {
    const file = await withModules('meant.js', 'AppModule', 'ReportsModule');

    await expect(moduleOf(file, 'ReportModule')).rejects.toThrow(
      `${file} expects a Nest module under the name 'ReportModule', got AppModule, ReportsModule. Did you mean 'ReportsModule'?`,
    );
  });

  it('lets an error of the file itself through', async () => {
    const file = await compiled('failing.js', `throw new TypeError('no DATABASE_URL');`);
    const nothing = await compiled('nothing.js', 'throw null;');

    await expect(moduleOf(file, undefined)).rejects.toThrow(new TypeError('no DATABASE_URL'));
    await expect(moduleOf(nothing, undefined)).rejects.toBe(null);
  });
});
