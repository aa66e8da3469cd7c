import { Inject, Module, type DynamicModule, type ModuleMetadata, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { validOption } from '../errors.js';
import { hasTasks } from '../explorer/task.site.js';
import { refuseUnknownKeys } from '../option.keys.js';
import { scanModule } from './feature.scan.js';
import { missingRoot, rootsIn } from './module.imports.js';

/** Options of `StsModule.forFeature()`. */
export interface StsFeatureOptions extends Pick<ModuleMetadata, 'imports'> {}

const WHERE = 'StsModule.forFeature()';
const KEYS = ['imports'] as const satisfies readonly (keyof StsFeatureOptions)[];

@Module({})
class StsFeatureModule {
  /** What Nest and we call the module in messages. */
  static readonly name = WHERE;

  constructor(@Inject(ModulesContainer) modules: ModulesContainer) {
    if (rootsIn(modules).length === 0) throw missingRoot(WHERE);
  }
}

const REMEDY =
  'Decorate a method with @Every, @Cron, … or @Manual; other classes go into the providers of a module.';

/** @throws {ConfigurationError} for what is no list of classes with tasks, and for an option that is not known. */
export function featureModule(tasks: readonly Type[], options: StsFeatureOptions): DynamicModule {
  const isClass = (task: unknown) => typeof task === 'function';
  const isList = (list: unknown) => Array.isArray(list) && list.every(isClass);
  validOption(tasks, isList, { where: WHERE, expected: 'a list of classes' });
  for (const task of tasks) {
    const expected = 'classes that extend Task or have a decorated method';
    validOption(task, () => hasTasks(task), { where: WHERE, expected, remedy: REMEDY });
  }
  refuseUnknownKeys(options, KEYS, WHERE);
  return {
    module: StsFeatureModule,
    imports: [...(options.imports ?? []), scanModule(tasks)],
    providers: [...tasks],
    exports: [...tasks],
  };
}
