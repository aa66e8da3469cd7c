import { Inject, Module, type DynamicModule, type ModuleMetadata, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { ModuleImportError, validOption } from '../errors.js';
import { refuseUnknownKeys } from '../option.keys.js';
import { rootsIn } from './module.imports.js';

/** Options of `StsModule.forFeature()`. */
export interface StsFeatureOptions extends Pick<ModuleMetadata, 'imports'> {}

const WHERE = 'StsModule.forFeature()';
const KEYS = ['imports'] as const satisfies readonly (keyof StsFeatureOptions)[];

@Module({})
class StsFeatureModule {
  /** What Nest and we call the module in messages. */
  static readonly name = WHERE;

  constructor(@Inject(ModulesContainer) modules: ModulesContainer) {
    if (rootsIn(modules).length > 0) return;
    throw new ModuleImportError({
      where: WHERE,
      expected: 'StsModule.forRoot() in the same app',
      got: 'none',
      isGotText: true,
      remedy: 'Write StsModule.forRoot() in the imports of the root module.',
    });
  }
}

/** @throws {ConfigurationError} for what is no list of classes, and for an option that is not known. */
export function featureModule(tasks: readonly Type[], options: StsFeatureOptions): DynamicModule {
  const isClass = (task: unknown) => typeof task === 'function';
  const isList = (list: unknown) => Array.isArray(list) && list.every(isClass);
  validOption(tasks, isList, { where: WHERE, expected: 'a list of classes' });
  refuseUnknownKeys(options, KEYS, WHERE);
  return {
    module: StsFeatureModule,
    imports: options.imports ?? [],
    providers: [...tasks],
    exports: [...tasks],
  };
}
