import { posix } from 'node:path';
import { addToModule, type Addition } from './module.text.js';
import { rootModuleIn } from './main.file.js';
import { SAMPLE_CLASS, SAMPLE_FILE, SAMPLE_TEXT } from './sample.js';
import type { Tree } from './tree.js';

/** What there is to know of an app. */
export interface App {
  readonly sourceRoot: string;
  /** The file of the root module, if somebody says so. */
  readonly module?: string;
}

/**
 * Imports the module in an app's root module, and writes the sample; changes nothing when the module is imported there.
 *
 * @returns what was done.
 * @throws {Error} when there is no root module, or one that cannot be read.
 */
export function addToApp(tree: Tree, app: App): string {
  const path = modulePath(tree, app);
  const text = tree.readText(path);
  const sample = posix.join(posix.dirname(path), `${SAMPLE_FILE}.ts`);
  const additions: Addition[] = [
    { property: 'imports', element: 'StsModule.forRoot()', name: 'StsModule', from: 'nestjs-sts' },
    {
      property: 'providers',
      element: SAMPLE_CLASS,
      name: SAMPLE_CLASS,
      from: `./${SAMPLE_FILE}${extensionIn(tree, path)}`,
    },
  ];
  const added = addToModule(text, path, additions);
  if (added === undefined) return `${path} imports StsModule already: nothing is changed.`;
  if (!tree.exists(sample)) tree.create(sample, SAMPLE_TEXT);
  tree.overwrite(path, added);
  return `${path} imports StsModule, and ${sample} has a task. Start the app, and look at its log.`;
}

function modulePath(tree: Tree, { sourceRoot, module }: App): string {
  const main = posix.join(sourceRoot, 'main.ts');
  const ofMain = tree.exists(main) ? rootModuleIn(tree.readText(main)) : undefined;
  const found = module ?? posix.join(sourceRoot, `${ofMain ?? './app.module'}.ts`);
  if (tree.exists(found)) return found;
  throw new Error(
    `nest add nestjs-sts expects the root module of an app in ${found}, got no such file. ` +
      'Say where it is: nest add nestjs-sts --module src/app.module.ts; or import StsModule.forRoot() there yourself.',
  );
}

/** How the app writes relative imports: with `.js`, as ES modules do, with `.ts`, or without. */
function extensionIn(tree: Tree, path: string): string {
  const main = posix.join(posix.dirname(path), 'main.ts');
  const texts = [path, main].filter(file => tree.exists(file)).map(file => tree.readText(file));
  const isRelative = texts.map(text => /from\s+['"]\.{1,2}\/[^'"]*?(\.[jt]s)?['"]/.exec(text));
  const first = isRelative.find(match => match !== null);
  if (first !== undefined) return first[1] ?? '';
  const isModule = tree.exists('package.json') && /"type"\s*:\s*"module"/.test(tree.readText('package.json'));
  return isModule ? '.js' : '';
}
