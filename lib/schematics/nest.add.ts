import { expectCompiler } from '../source/compiler.js';
import type { Tree } from './tree.js';

/** What `nest add nestjs-sts` says; a library-specific option is written behind it. */
export interface NestAddOptions {
  /** The folder of the app's sources. @default 'src' */
  readonly sourceRoot?: string;
  /** The file of the root module. @default what `main.ts` gives to NestFactory */
  readonly module?: string;
}

/** The part of a schematic's context that is used here. */
interface Context {
  readonly logger: { info(message: string): void };
}

/** The schematic of `nest add`: imports the module in the root module of an app, and writes a sample task. */
export function nestAdd(options: NestAddOptions) {
  return async (tree: Tree, { logger }: Context): Promise<void> => {
    await expectCompiler('nest add nestjs-sts', 'Import StsModule.forRoot() in your root module yourself.');
    const { addToApp } = await import('./root.module.js');
    logger.info(addToApp(tree, { ...options, sourceRoot: options.sourceRoot ?? 'src' }));
  };
}
