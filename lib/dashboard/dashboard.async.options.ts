import type { FactoryProvider } from '@nestjs/common';
import { validOption } from '../errors.js';
import { refuseUnknownKeys } from '../option.keys.js';
import {
  FREE_KEYS,
  PLACE_KEYS,
  placeOf,
  resolveDashboard,
  type StsDashboardOptions,
  type StsDashboardPlace,
} from './dashboard.options.js';
import { DASHBOARD_SETTINGS } from './dashboard.tokens.js';

/** All options of a dashboard but those that its routes are made of. */
export type StsDashboardFreeOptions = Omit<StsDashboardOptions, keyof StsDashboardPlace>;

export interface StsDashboardAsyncOptions extends StsDashboardPlace {
  /** What `useFactory` is called with, from global modules and `imports`. @default nothing */
  readonly inject?: NonNullable<FactoryProvider['inject']>;
  /** Answers the other options. */
  readonly useFactory: (
    ...dependencies: never[]
  ) => StsDashboardFreeOptions | Promise<StsDashboardFreeOptions>;
}

const WHERE = 'StsDashboardModule.forRootAsync()';
const KEYS = [
  ...PLACE_KEYS,
  'inject',
  'useFactory',
] as const satisfies readonly (keyof StsDashboardAsyncOptions)[];

/** @throws {InvalidOptionError} for options that are wrong or not known. */
export function asyncPlaceOf(options: StsDashboardAsyncOptions): Required<StsDashboardPlace> {
  refuseUnknownKeys(options, KEYS, WHERE);
  const { useFactory, inject = [] } = options;
  const isFunction = (value: unknown) => typeof value === 'function';
  validOption(useFactory, isFunction, { where: `${WHERE}: useFactory`, expected: 'a function' });
  validOption(inject, Array.isArray, { where: `${WHERE}: inject`, expected: 'a list of providers' });
  return placeOf(options, WHERE);
}

/** Provides what `useFactory` answers, resolved. */
export function asyncSettings(options: StsDashboardAsyncOptions): FactoryProvider {
  const { path, guards, imports, inject = [], useFactory } = options;
  return {
    provide: DASHBOARD_SETTINGS,
    inject: [...inject],
    async useFactory(...dependencies: never[]) {
      const free = await useFactory(...dependencies);
      refuseUnknownKeys(free, FREE_KEYS, `${WHERE}: useFactory`);
      return resolveDashboard({ ...free, path, guards, imports } as StsDashboardOptions, WHERE);
    },
  };
}
