import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Format } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { npm, packed, root, run, versionOf } from './packed.js';

/** The tarball in an app that has Nest, and none of the packages that single doors need. */
let folder: string;
let tarball: string;
let app: string;

beforeAll(async () => {
  ({ folder, tarball } = await packed());
  app = join(folder, 'bare');
  await mkdir(app);
  const nest = await versionOf('node_modules/@nestjs/core');
  const dependencies = {
    '@nestjs/common': nest,
    '@nestjs/core': nest,
    'nestjs-sts': `file:${tarball}`,
    'reflect-metadata': await versionOf('node_modules/reflect-metadata'),
    rxjs: await versionOf('node_modules/rxjs'),
  };
  await writeFile(join(app, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }));
  await npm(['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'], app);
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

const { exports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { exports: object };
const doors = Object.keys(exports)
  .filter(name => !name.endsWith('.json'))
  .map(name => name.replace('.', 'nestjs-sts'));

describe('a door', { timeout: 60_000 }, () => {
  it.each(doors)('%s is imported, and required, with nothing but Nest', async name => {
    const imported = await node(
      `import('${name}').then(door => console.log(Object.keys(door).length > 0), show)`,
    );
    const required = await node(
      `try { require('${name}'); console.log(true) } catch (error) { show(error) }`,
    );

    expect([imported, required]).toEqual(['true', 'true']);
  });
});

describe('the commands', { timeout: 60_000 }, () => {
  const migrate = () =>
    run(join(app, 'node_modules/.bin/nestjs-sts'), ['migrate-from-schedule', '.'], { cwd: app });

  it('say which package is missing', async () => {
    await expect(migrate()).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('npm i typescript'),
    });
  });

  it('say what to do with a TypeScript that has no API', async () => {
    const typescript = join(app, 'node_modules/typescript');
    await mkdir(typescript);
    const manifest = { name: 'typescript', version: '7.0.2', exports: { '.': './version.cjs' } };
    await writeFile(join(typescript, 'package.json'), JSON.stringify(manifest));
    await writeFile(join(typescript, 'version.cjs'), "exports.version = '7.0.2';");

    const failure = expect(migrate()).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/TypeScript 5 or 6, .* got 7\.0\.2\. .*-p typescript@6/),
    });

    await failure.finally(() => rm(typescript, { recursive: true }));
  });
});

describe('a bundled app', { timeout: 60_000 }, () => {
  it.each<{ format: Format; file: string; minify: boolean }>([
    { format: 'esm', file: 'bundled.mjs', minify: false },
    { format: 'cjs', file: 'bundled.cjs', minify: false },
    { format: 'cjs', file: 'minified.cjs', minify: true },
  ])('runs a task and stops, as $file', async ({ format, file, minify }) => {
    const entry = join(app, 'bundled.ts');
    await copyFile(new URL('fixture/bundled.ts', import.meta.url), entry);

    await build({
      absWorkingDir: app,
      entryPoints: [entry],
      outfile: join(folder, file),
      bundle: true,
      platform: 'node',
      target: 'node20',
      format,
      minify,
      keepNames: true,
      external: OPTIONAL_OF_NEST,
      tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
      ...(format === 'esm' ? { banner: { js: REQUIRE } } : {}),
      logLevel: 'silent',
    });
    const { stdout } = await run(process.execPath, [join(folder, file)]);

    expect(stdout).toBe('ran and stopped BundledTasks.run\n');
  });
});

/** What Nest loads when it is there. */
const OPTIONAL_OF_NEST =
  '@nestjs/microservices* @nestjs/websockets* @nestjs/platform-express class-transformer* class-validator'.split(
    ' ',
  );
/** CommonJS packages within an ES module. */
const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

describe('what it costs', { timeout: 60_000 }, () => {
  it('on disk: less than 8 MB, with all that it brings', async () => {
    const brought = ['nestjs-sts', 'cron-parser', 'luxon'];
    const sizes = await Promise.all(brought.map(name => sizeOf(join(app, 'node_modules', name))));
    const all = (await readdir(join(app, 'node_modules'))).filter(name => !name.startsWith('.'));

    const total = sizes.reduce((sum, size) => sum + size, 0);
    console.log(
      `installed: ${brought.map((name, i) => `${name} ${kB(sizes[i]!)}`).join(', ')}; together ${kB(total)}`,
    );
    expect(all).toEqual(expect.arrayContaining(brought));
    expect(total).toBeLessThan(8_000_000);
  });

  it('at start-up: less than half a second', async () => {
    const nest = "await import('reflect-metadata'); await import('@nestjs/core');";
    const measured = `(async () => { ${nest} const at = performance.now(); await import('nestjs-sts'); console.log(performance.now() - at); })()`;
    const times: number[] = [];
    for (let i = 0; i < 5; i++) times.push(Number(await node(measured)));

    const median = times.toSorted((a, b) => a - b)[2]!;
    console.log(`import of nestjs-sts after Nest: ${median.toFixed(0)} ms, the median of 5`);
    expect(median).toBeLessThan(500);
  });
});

const tools = join(root, 'node_modules/.bin');

describe('the types, and package.json', { timeout: 120_000 }, () => {
  it('are in order for publint', async () => {
    const { stdout } = await run(join(tools, 'publint'), ['--strict', tarball]);

    expect(stdout).toContain('All good!');
  });

  it('are right in every way to resolve them', async () => {
    // To require an ES module works in each Node that the package is for.
    await run(join(tools, 'attw'), [tarball, '--ignore-rules', 'cjs-resolves-to-esm']);
  });
});

async function node(text: string): Promise<string> {
  const show = 'const show = error => console.log(error.message);';
  const { stdout } = await run(process.execPath, ['-e', `${show} ${text}`], { cwd: app });
  return stdout.trim();
}

async function sizeOf(path: string): Promise<number> {
  const files = await readdir(path, { recursive: true, withFileTypes: true });
  const sizes = files
    .filter(file => file.isFile())
    .map(async file => (await stat(join(file.parentPath, file.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function kB(bytes: number): string {
  return `${Math.round(bytes / 1_000)} kB`;
}
