import { describe, expect, it } from 'vitest';
import { rootModuleIn } from '../../lib/schematics/main.file.js';
import { addToModule, type Addition } from '../../lib/schematics/module.text.js';
import { addToApp } from '../../lib/schematics/root.module.js';
import type { Tree } from '../../lib/schematics/tree.js';

const ADDITIONS: readonly Addition[] = [
  { property: 'imports', element: 'StsModule.forRoot()', name: 'StsModule', from: 'nestjs-sts' },
  { property: 'providers', element: 'Sample', name: 'Sample', from: './sample' },
];
const IMPORTS = "import { StsModule } from 'nestjs-sts';\nimport { Sample } from './sample';\n";

describe('a module’s file, with more in it', () => {
  it.each([
    { metadata: '', to: '{ imports: [StsModule.forRoot()], providers: [Sample] }' },
    { metadata: '{}', to: '{ imports: [StsModule.forRoot()], providers: [Sample] }' },
    { metadata: '{ imports: [] }', to: '{ imports: [StsModule.forRoot()], providers: [Sample] }' },
    {
      metadata: '{\n  imports: [A, B],\n  providers: [\n    C, // kept\n    D,\n  ],\n}',
      to: '{\n  imports: [A, B, StsModule.forRoot()],\n  providers: [\n    C, // kept\n    D,\n    Sample,\n  ],\n}',
    },
    {
      metadata: '{\n  // what follows\n  imports: [A],\n}',
      to: '{\n  // what follows\n  imports: [A, StsModule.forRoot()],\n  providers: [Sample],\n}',
    },
  ])('keeps what $metadata says', ({ metadata, to }) => {
    const text = `@Module(${metadata})\nexport class AppModule {}\n`;

    expect(addToModule(text, 'app.module.ts', ADDITIONS)).toBe(
      `${IMPORTS}@Module(${to})\nexport class AppModule {}\n`,
    );
  });

  it.each([
    'class AppModule {}',
    '@Module(METADATA) class A {}',
    '@Module({ imports: LIST }) class A {}',
    '@Module({ imports }) class A {}',
  ])('is refused for %s', text => {
    expect(() => addToModule(text, 'app.module.ts', ADDITIONS)).toThrow(
      /expects .+ in app\.module\.ts, got something else.*yourself/,
    );
  });
});

describe('the root module', () => {
  it.each([
    { main: "import { A } from './a.module.js'; NestFactory.create(A);", file: './a.module' },
    { main: "import { A } from './a.module.ts'; NestFactory.create(A);", file: './a.module' },
    { main: "import A from '../a'; await NestFactory.createApplicationContext<X>(A, {});", file: '../a' },
    { main: "import { A } from 'elsewhere'; NestFactory.create(A);", file: undefined },
    { main: 'start();', file: undefined },
  ])('in $main is $file', ({ main, file }) => {
    expect(rootModuleIn(main)).toBe(file);
  });

  it('is src/app.module.ts when main.ts does not say, and imports are as package.json says', () => {
    const files = new Map([
      ['package.json', '{ "type": "module" }'],
      ['src/app.module.ts', '@Module({}) export class AppModule {}'],
    ]);

    addToApp(treeOf(files), { sourceRoot: 'src' });

    expect(files.get('src/app.module.ts')).toContain("import { SampleTasks } from './sample.tasks.js';");
    expect(files.has('src/sample.tasks.ts')).toBe(true);
  });

  it('imports the sample as main.ts imports the module, with .ts', () => {
    const files = new Map([
      ['src/main.ts', "import { AppModule } from './app.module.ts';\nNestFactory.create(AppModule);"],
      ['src/app.module.ts', '@Module({})\r\nexport class AppModule {}\r\n'],
    ]);

    addToApp(treeOf(files), { sourceRoot: 'src' });

    expect(files.get('src/app.module.ts')).toContain("import { SampleTasks } from './sample.tasks.ts';\r\n");
  });

  it.each<{ module?: string }>([{}, { module: 'src/other.module.ts' }])(
    'is missing when there is no such file, with %j',
    options => {
      const file = options.module ?? 'src/app.module.ts';

      expect(() => addToApp(treeOf(new Map()), { sourceRoot: 'src', ...options })).toThrow(
        `expects the root module of an app in ${file}, got no such file.`,
      );
    },
  );

  it('that imports it already is left as it is', () => {
    const text = "import { StsModule } from 'nestjs-sts';";
    const files = new Map([['src/app.module.ts', text]]);

    expect(addToApp(treeOf(files), { sourceRoot: 'src' })).toContain('imports StsModule already');
    expect([...files]).toEqual([['src/app.module.ts', text]]);
  });

  it('keeps a sample that is there', () => {
    const files = new Map([
      ['src/app.module.ts', '@Module({}) export class AppModule {}'],
      ['src/sample.tasks.ts', 'mine'],
    ]);

    addToApp(treeOf(files), { sourceRoot: 'src' });

    expect(files.get('src/app.module.ts')).toContain("from './sample.tasks';");
    expect(files.get('src/sample.tasks.ts')).toBe('mine');
  });
});

function treeOf(files: Map<string, string>): Tree {
  return {
    exists: path => files.has(path),
    readText: path => files.get(path)!,
    create: (path, text) => void files.set(path, text),
    overwrite: (path, text) => void files.set(path, text),
  };
}
