import type { ModulesContainer } from '@nestjs/core';
import { ModuleImportError } from '../errors.js';
import { STS_CORE } from './scheduler.providers.js';

/** Where `forRoot()` was called, for messages. */
export const STS_PLACE = Symbol('STS_PLACE');

/** What `forRoot()` and `forRootAsync()` made of StsModule, in this app. */
export function rootsIn(modules: ModulesContainer) {
  return [...modules.values()].filter(({ providers }) => providers.has(STS_CORE));
}

/** @throws {ModuleImportError} for a second `forRoot()`; it names both places. */
export function refuseSecondRoot(modules: ModulesContainer): void {
  const roots = rootsIn(modules);
  if (roots.length < 2) return;
  const places = roots.map(({ providers }) => String(providers.get(STS_PLACE)?.instance)).join(' and ');
  throw new ModuleImportError({
    where: 'StsModule',
    expected: 'one forRoot() in an app',
    got: places,
    isGotText: true,
    remedy:
      'Keep one; SchedulerRegistry and TaskScheduler can be injected everywhere without another import.',
  });
}

/** `app.module.ts:12:7` of whoever called this function. */
export function callSiteOf(callee: Function): string {
  const trace = { stack: '' };
  Error.captureStackTrace(trace, callee);
  const frame = trace.stack.split('\n')[1] ?? '';
  return /([^\s(]+:\d+:\d+)\)?$/.exec(frame)?.[1] ?? 'an unknown place';
}
