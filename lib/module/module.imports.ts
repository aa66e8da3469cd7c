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

/** What needs a scheduler is in an app without one. */
export function missingRoot(where: string, options?: ErrorOptions): ModuleImportError {
  const complaint = {
    where,
    expected: 'StsModule.forRoot() in the same app',
    got: 'none',
    isGotText: true,
    remedy: 'Write StsModule.forRoot() in the imports of the root module.',
  };
  return new ModuleImportError(complaint, options);
}

/** @throws {ModuleImportError} for a module whose `forRoot()` was left out. */
export function refuseBare(name: string): never {
  throw new ModuleImportError({
    where: name,
    expected: 'to be imported as forRoot()',
    got: name,
    isGotText: true,
    remedy: `Write ${name}.forRoot() in the imports of the root module, and nothing elsewhere.`,
  });
}

/** `app.module.ts:12:7` of whoever called this function. */
export function callSiteOf(callee: Function): string {
  const trace = { stack: '' };
  Error.captureStackTrace(trace, callee);
  const frame = trace.stack.split('\n')[1] ?? '';
  return /([^\s(]+:\d+:\d+)\)?$/.exec(frame)?.[1] ?? 'an unknown place';
}
