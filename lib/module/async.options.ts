import type { Provider } from '@nestjs/common';
import { ModuleImportError } from '../errors.js';
import { refuseUnknownKeys } from '../option.keys.js';
import type { StsModuleAsyncOptions, StsOptionsFactory } from '../sts.options.js';
import { STS_OPTIONS } from './scheduler.providers.js';

const WHERE = 'StsModule.forRootAsync()';
const SOURCES = ['useFactory', 'useClass', 'useExisting'] as const;
const KEYS = ['imports', 'inject', ...SOURCES] as const satisfies readonly (keyof StsModuleAsyncOptions)[];

/**
 * Provides `STS_OPTIONS` from where `forRootAsync()` says.
 *
 * @throws {ConfigurationError} for a key that is not known, and unless there is exactly one source.
 */
export function asyncOptions(options: StsModuleAsyncOptions): Provider[] {
  refuseUnknownKeys(options, KEYS, WHERE);
  refuseUnlessOneSource(options);
  const { useFactory, useClass, useExisting, inject = [] } = options;
  if (useFactory !== undefined) return [{ provide: STS_OPTIONS, useFactory, inject }];
  const fromFactory = {
    provide: STS_OPTIONS,
    inject: [useExisting ?? useClass!],
    useFactory: (factory: StsOptionsFactory) => factory.createStsOptions(),
  };
  return useClass === undefined ? [fromFactory] : [useClass, fromFactory];
}

function refuseUnlessOneSource(options: StsModuleAsyncOptions): void {
  const given = SOURCES.filter(source => options[source] !== undefined);
  if (given.length === 1) return;
  throw new ModuleImportError({
    where: WHERE,
    expected: 'one of useFactory, useClass and useExisting',
    got: given.join(' and ') || 'none',
    isGotText: true,
  });
}
