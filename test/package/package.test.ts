import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startNode } from '../process/child.js';
import { npm, packed as pack, root, run, versionOf } from './packed.js';

let folder: string;
let tarball: string;
let packed: readonly string[];

beforeAll(async () => {
  const made = await pack();
  ({ folder, tarball } = made);
  packed = made.files;
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the packed tarball', () => {
  it('holds the compiled library and its papers, and nothing else', () => {
    const outside = packed.filter(
      path => !/^(dist\/(.+\.(js|d\.ts)|dashboard\/assets\/.+)|schematics\/[\w-]+\.json)$/.test(path),
    );

    expect(outside.toSorted()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
  });

  it('holds all that its exports name', async () => {
    const { exports, types, bin, schematics } = JSON.parse(
      await readFile(join(root, 'package.json'), 'utf8'),
    );
    const targets = Object.values<string | object>(exports).flatMap(target =>
      typeof target === 'string' ? [target] : Object.values(target),
    );

    expect(packed).toEqual(
      expect.arrayContaining(
        [types, schematics, bin['nestjs-sts'], ...targets].map(path => path.replace('./', '')),
      ),
    );
  });
});

const consumers = [
  { kind: 'ESM', type: 'module', nest: 12, from: 'node_modules', emits: /^import .* from 'nestjs-sts';$/m },
  {
    kind: 'CommonJS',
    type: 'commonjs',
    nest: 11,
    from: 'test/nest-11/node_modules',
    emits: /require\("nestjs-sts"\)/,
  },
];

describe('the packed tarball, installed', { timeout: 240_000 }, () => {
  it.each(consumers)(
    'runs tasks and stops, in a new $kind app on Nest $nest',
    async ({ type, from, emits }) => {
      const app = await newApp(type, from);

      await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', app]);
      const child = startNode([join(app, 'app.js')]);
      onTestFinished(() => child.kill('SIGKILL'));

      expect(await child.end()).toEqual({ code: 0, signal: null });
      expect(await readFile(join(app, 'app.js'), 'utf8')).toMatch(emits);
      expect(child.lines().filter(line => !line.startsWith('[Nest]'))).toEqual([
        'GreetingTasks.greet {"kind":"success","result":"hello by schedule"}',
        'GreetingTasks.echo {"kind":"success","result":"hello by hand"}',
        'the manual clock shows 2026-01-01T00:00:00.000Z',
        'closed',
      ]);
      await child.line(/Drained, nothing abandoned duration=\d+ms$/);
      await expectCommand(app);
      await expectDoors(app, type);
      expect((await run(process.execPath, [join(app, 'cluster.js')])).stdout).toBe(
        'StsModule bullmq function\n',
      );
    },
  );
});

/** The command is there, and says what it needs, which an app of `nest new` has. */
async function expectCommand(app: string) {
  const command = join(app, 'node_modules/.bin/nestjs-sts');
  const span = ['--from', '2026-01-01', '--to', '2026-01-02'];

  expect((await run(command, ['--help'])).stdout).toContain('nestjs-sts plan <module file>');
  const planned = run(command, ['plan', join(app, 'module.js'), ...span]);
  await expect(planned).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('npm i -D @nestjs/testing'),
  });
}

/** The app has none of the packages that only some doors need. */
async function expectDoors(app: string, type: string) {
  await writeFile(join(app, 'doors.js'), doorsText(type));

  const { stdout } = await run(process.execPath, [join(app, 'doors.js')], { cwd: app });

  expect(stdout.trimEnd().split('\n')).toEqual([
    'testing StsTestKit',
    'sqlite sqliteRunStore',
    'dashboard started',
    'worker crunch expects the package piscina, which runs its threads, got none. Install it: npm i piscina.',
    'prometheus StsPrometheusModule expects the package prom-client, which keeps the metrics, got none. Install it: npm i prom-client.',
    'otel StsOtelModule expects the package @opentelemetry/api, which hands spans and metrics to the SDK of the app, got none. Install it: npm i @opentelemetry/api.',
    'terminus StsHealthIndicator expects the package @nestjs/terminus, which shows the health of an app, got none. Install it: npm i @nestjs/terminus.',
    'heartbeat started',
  ]);
}

/** A program that goes through each door, and says what happens; `nestjs-sts/bullmq` has tests of its own. */
function doorsText(type: string): string {
  const load = (name: string) =>
    type === 'module' ? `await import('nestjs-sts${name}')` : `require('nestjs-sts${name}')`;
  const nest = type === 'module' ? "await import('@nestjs/core')" : "require('@nestjs/core')";
  return `
    ${type === 'module' ? "import 'reflect-metadata';" : "require('reflect-metadata');"}
    async function main() {
      const { NestFactory } = ${nest};
      const { StsModule } = ${load('')};
      const boot = async extra => {
        const module = { module: class App {}, imports: [StsModule.forRoot({ logLevel: 'SILENT' })] };
        if (extra.imports) module.imports.push(...extra.imports);
        const options = { logger: false, abortOnError: false };
        try {
          const app = await NestFactory.createApplicationContext({ ...module, providers: extra.providers }, options);
          await app.close();
          return 'started';
        } catch (error) {
          return error.message;
        }
      };
      console.log('testing', (${load('/testing')}).StsTestKit.name);
      console.log('sqlite', (${load('/sqlite')}).sqliteRunStore.name);
      const { StsDashboardModule } = ${load('/dashboard')};
      console.log('dashboard', await boot({ imports: [StsDashboardModule.forRoot()] }));
      const { WorkerTask } = ${load('/worker')};
      try {
        new WorkerTask({ name: 'crunch', filename: ${JSON.stringify(join(root, 'package.json'))} });
      } catch (error) {
        console.log('worker', error.message);
      }
      const { StsPrometheusModule } = ${load('/prometheus')};
      console.log('prometheus', await boot({ imports: [StsPrometheusModule.forRoot()] }));
      const { StsOtelModule } = ${load('/otel')};
      console.log('otel', await boot({ imports: [StsOtelModule.forRoot()] }));
      const { StsHealthIndicator } = ${load('/terminus')};
      console.log('terminus', await boot({ providers: [StsHealthIndicator] }));
      const { StsHeartbeatModule } = ${load('/heartbeat')};
      console.log('heartbeat', await boot({ imports: [StsHeartbeatModule.forRoot()] }));
    }
    main();
  `;
}

/** An app of its own, outside of this repository: what a user has after `npm i nestjs-sts`. */
async function newApp(type: string, nestFrom: string): Promise<string> {
  const app = join(folder, type);
  await mkdir(app);
  const nest = await versionOf(`${nestFrom}/@nestjs/core`);
  const dependencies = {
    '@nestjs/common': nest,
    '@nestjs/core': nest,
    bullmq: await versionOf('node_modules/bullmq'),
    ioredis: await versionOf('node_modules/ioredis'),
    'nestjs-sts': `file:${tarball}`,
    'reflect-metadata': await versionOf('node_modules/reflect-metadata'),
    rxjs: await versionOf('node_modules/rxjs'),
  };
  await writeFile(
    join(app, 'package.json'),
    JSON.stringify({ name: 'app', private: true, type, dependencies }),
  );
  await writeFile(
    join(app, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['app.ts', 'cluster.ts'] }),
  );
  await writeFile(join(app, 'module.js'), MODULE_TEXTS[type]!);
  for (const file of ['app.ts', 'cluster.ts']) {
    await copyFile(new URL(`fixture/${file}`, import.meta.url), join(app, file));
  }
  await npm(['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'], app);
  return app;
}

/** A compiled module without any task, by the type of its package. */
const MODULE_TEXTS: Readonly<Record<string, string>> = {
  module: `
    import { Module } from '@nestjs/common';
    import { StsModule } from 'nestjs-sts';
    export class AppModule {}
    Module({ imports: [StsModule.forRoot()] })(AppModule);
  `,
  commonjs: `
    const { Module } = require('@nestjs/common');
    const { StsModule } = require('nestjs-sts');
    class AppModule {}
    Module({ imports: [StsModule.forRoot()] })(AppModule);
    exports.AppModule = AppModule;
  `,
};

/** What `nest new` writes, as far as it matters here. */
const compilerOptions = {
  module: 'nodenext',
  target: 'ES2023',
  strict: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  skipLibCheck: false,
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')],
};
