import type { Provider } from '@nestjs/common';
import { InvalidOptionError, ModuleImportError, validOption } from '../errors.js';
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
  if (useFactory === undefined) refuseInject(options.inject);
  if (useFactory !== undefined) return [{ provide: STS_OPTIONS, useFactory, inject }];
  const fromFactory = {
    provide: STS_OPTIONS,
    inject: [useExisting ?? useClass!],
    useFactory: (factory: StsOptionsFactory) => optionsFrom(factory, useExisting ?? useClass),
  };
  return useClass === undefined ? [fromFactory] : [useClass, fromFactory];
}

/** A class says itself what it injects. */
function refuseInject(inject: StsModuleAsyncOptions['inject']): void {
  const remedy = 'What a class injects stands in its constructor.';
  const isUnset = (value: unknown) => value === undefined;
  validOption(inject, isUnset, { where: `${WHERE}: inject`, expected: 'useFactory beside it', remedy });
}

function optionsFrom(factory: StsOptionsFactory, source: unknown) {
  if (typeof factory?.createStsOptions === 'function') return factory.createStsOptions();
  throw new InvalidOptionError({
    where: WHERE,
    expected: 'a provider with a method createStsOptions()',
    got: source,
    remedy: 'Let it implement StsOptionsFactory.',
  });
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
