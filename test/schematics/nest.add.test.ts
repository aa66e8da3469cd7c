import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startNode } from '../process/child.js';

/** Apps as `nest new` makes them, and the schematic as `nest add` runs it. */
const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const installed = join(root, 'node_modules');
const NEEDED =
  '@nestjs/common @nestjs/core @nestjs/platform-express @nestjs/schematics @types/node reflect-metadata rxjs'.split(
    ' ',
  );

const ADDED = (extension: string) => `import { Module } from '@nestjs/common';
import { AppController } from './app.controller${extension}';
import { AppService } from './app.service${extension}';
import { StsModule } from 'nestjs-sts';
import { SampleTasks } from './sample.tasks${extension}';

@Module({
  imports: [StsModule.forRoot()],
  controllers: [AppController],
  providers: [AppService, SampleTasks],
})
export class AppModule {}
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nestjs-sts-add-'));
  for (const name of [...NEEDED, 'nestjs-sts']) {
    const target = join(folder, 'node_modules', name);
    await mkdir(dirname(target), { recursive: true });
    await symlink(name === 'nestjs-sts' ? root : join(installed, name), target, 'dir');
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each([
  { kind: 'ESM', type: 'esm', extension: '.js' },
  { kind: 'CommonJS', type: 'cjs', extension: '' },
])('nest add nestjs-sts, in a new $kind app', { timeout: 120_000 }, ({ type, extension }) => {
  const app = () => join(folder, type);
  const module = () => readFile(join(app(), 'src/app.module.ts'), 'utf8');

  beforeAll(() => newApp(type), 60_000);

  it('writes nothing in a dry run', async () => {
    const before = await module();

    const { stdout } = await nestAdd(app(), '--dry-run');

    expect(stdout).toMatch(/CREATE\S* src\/sample\.tasks\.ts/);
    expect(stdout).toMatch(/UPDATE\S* src\/app\.module\.ts/);
    expect(await module()).toBe(before);
    expect(await readdir(join(app(), 'src'))).not.toContain('sample.tasks.ts');
  });

  it('imports the module, and the app compiles and runs the sample', async () => {
    await nestAdd(app());

    expect(await module()).toBe(ADDED(extension));
    const tsc = join(installed, 'typescript/bin/tsc');
    await run(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--types', 'node'], { cwd: app() });
    const child = startNode([join(app(), 'dist/main.js')], { PORT: '0', port: '0' });
    onTestFinished(() => child.kill('SIGKILL'));
    await child.line(/Started with 1 task/);
    await child.line(/due at \d{4}-\d\d-\d\dT\d\d:\d\d:\d0\.000Z.*task=SampleTasks\.greet/);
  });

  it('changes nothing when it is there', async () => {
    const { stdout } = await nestAdd(app());

    expect(stdout).toContain('imports StsModule already');
    expect(await module()).toBe(ADDED(extension));
  });
});

describe('nest add nestjs-sts, in a monorepo', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    await newApp('esm', 'mono');
    await nest(['generate', 'app', 'other'], join(folder, 'mono'));
  }, 60_000);

  it('adds it to the project that is named', async () => {
    const app = join(folder, 'mono');

    await nestAdd(app, '--project', 'other');

    const added = await readFile(join(app, 'apps/other/src/other.module.ts'), 'utf8');
    expect(added).toContain('imports: [StsModule.forRoot()]');
    expect(await readdir(join(app, 'apps/other/src'))).toContain('sample.tasks.ts');
    expect(await readFile(join(app, 'apps/mono/src/app.module.ts'), 'utf8')).not.toContain('StsModule');
  });

  it('says what it expects when there is no root module', async () => {
    const app = join(folder, 'mono');
    await rm(join(app, 'apps/mono/src/app.module.ts'));

    await expect(nestAdd(app, '--project', 'mono')).rejects.toMatchObject({
      stderr: expect.stringContaining('expects the root module of an app in apps/mono/src/app.module.ts'),
    });
  });

  it('takes the module that is named', async () => {
    const app = join(folder, 'mono');

    const { stdout } = await nestAdd(app, '--project', 'mono', '--module', 'apps/other/src/other.module.ts');

    expect(stdout).toContain('apps/other/src/other.module.ts imports StsModule already');
  });
});

/** What `nest new --type` is, which asks for the type of modules when it is run by hand. */
async function newApp(type: string, name = type) {
  const schematics = join(installed, '@angular-devkit/schematics-cli/bin/schematics.js');
  const options = [`--name=${name}`, `--type=${type}`, '--language=ts'];
  await run(process.execPath, [schematics, '@nestjs/schematics:application', ...options], { cwd: folder });
}

function nestAdd(app: string, ...options: string[]) {
  return nest(['add', 'nestjs-sts', '--skip-install', ...options], app);
}

function nest(args: string[], cwd: string) {
  // In tests of its own it moves nothing.
  const env = { ...process.env, NODE_ENV: undefined };
  return run(process.execPath, [join(installed, '@nestjs/cli/bin/nest.js'), ...args], { cwd, env });
}
