import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { npm, packed, root, run, versionOf } from './packed.js';

/** The tarball in an app as `nest new` of Nest 11 writes it: CommonJS, with jest. */
let folder: string;
let app: string;

beforeAll(async () => {
  const { folder: made, tarball } = await packed();
  folder = made;
  app = join(folder, 'app');
  await mkdir(app);
  const nest = await versionOf('test/nest-11/node_modules/@nestjs/core');
  const dependencies = {
    '@nestjs/common': nest,
    '@nestjs/core': nest,
    '@nestjs/testing': await versionOf('test/nest-11/node_modules/@nestjs/testing'),
    '@types/jest': '^30.0.0',
    '@types/node': '^20.19.0',
    jest: '^30.0.0',
    'nestjs-sts': `file:${tarball}`,
    'reflect-metadata': await versionOf('node_modules/reflect-metadata'),
    rxjs: await versionOf('node_modules/rxjs'),
    'ts-jest': '^29.2.5',
    typescript: '^5.7.3',
  };
  await writeFile(join(app, 'package.json'), JSON.stringify({ private: true, dependencies }));
  await writeFile(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  await writeFile(join(app, 'tasks.spec.ts'), SPEC);
  await npm(['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'], app);
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

it('tests tasks in virtual time with jest, as the README configures it', { timeout: 120_000 }, async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const line = /"transformIgnorePatterns": \[.*?\]/.exec(readme)![0];
  const config = { ...CONFIG, ...(JSON.parse(`{${line}}`) as object) };

  const { stderr } = await run(join(app, 'node_modules/.bin/jest'), ['--config', JSON.stringify(config)], {
    cwd: app,
  });

  expect(stderr).toContain('✓ runs in virtual time');
});

/** Of `nest new`. */
const CONFIG = {
  moduleFileExtensions: ['js', 'json', 'ts'],
  testRegex: '.*\\.spec\\.ts$',
  transform: { '^.+\\.(t|j)s$': 'ts-jest' },
  testEnvironment: 'node',
};
const compilerOptions = {
  module: 'nodenext',
  moduleResolution: 'nodenext',
  esModuleInterop: true,
  isolatedModules: true,
  emitDecoratorMetadata: true,
  experimentalDecorators: true,
  target: 'ES2023',
  skipLibCheck: true,
  strictNullChecks: true,
};

const SPEC = `
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Every, StsModule } from 'nestjs-sts';
import { StsTestKit } from 'nestjs-sts/testing';

@Injectable()
class Tasks {
  @Every('10s') greet() {
    return 'hello';
  }
}

@Module({ imports: [StsModule.forRoot({ logLevel: 'SILENT' })], providers: [Tasks] })
class AppModule {}

it('runs in virtual time', async () => {
  const kit = await StsTestKit.create(Test.createTestingModule({ imports: [AppModule] }));
  await kit.advanceBy('1m');
  expect(kit.outcomes('Tasks.greet')).toHaveLength(6);
  await kit.close();
});
`;
