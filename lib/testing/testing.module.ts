import type { DynamicModule, INestApplicationContext, ModuleMetadata, Type } from '@nestjs/common';
import { InvalidOptionError } from '../errors.js';

/** The part of Nest's TestingModuleBuilder that the kit uses. */
export interface TestingModuleBuilderLike {
  overrideProvider(token: unknown): { useValue(value: unknown): TestingModuleBuilderLike };
  compile(): Promise<INestApplicationContext & { createNestApplication?: unknown }>;
}

/** What an app is made of: a module, the metadata of a testing module, or its builder, with overrides. */
export type Testable = Type | DynamicModule | ModuleMetadata | TestingModuleBuilderLike;

const EXPECTED =
  'a module, such as AppModule, metadata, such as { imports: [AppModule] }, or the builder that Test.createTestingModule() returns';

/**
 * A builder is taken as it is; of the others one is made with `@nestjs/testing`, which is loaded here only.
 *
 * @throws {InvalidOptionError} that begins with `where`, for what is none of them.
 */
export async function builderOf(target: Testable, where: string): Promise<TestingModuleBuilderLike> {
  if (isBuilder(target)) return target;
  const metadata = metadataOf(target);
  if (metadata === undefined) {
    const remedy = remedyFor(target);
    throw new InvalidOptionError({ where, expected: EXPECTED, got: target, remedy });
  }
  const { Test } = await loadTesting();
  return Test.createTestingModule(metadata);
}

function isBuilder(given: Testable): given is TestingModuleBuilderLike {
  return typeof (given as TestingModuleBuilderLike | undefined)?.compile === 'function';
}

/** `undefined` when it is no module at all. */
function metadataOf(target: Exclude<Testable, TestingModuleBuilderLike>): ModuleMetadata | undefined {
  if (typeof target === 'function') return { imports: [target] };
  if (typeof target !== 'object' || target === null) return undefined;
  if ('module' in target) return { imports: [target] };
  return isApp(target) || 'then' in target || Array.isArray(target) ? undefined : target;
}

/** Whether it is made already. */
export function isApp(target: unknown): target is INestApplicationContext {
  return typeof target === 'object' && target !== null && 'resolve' in target && 'get' in target;
}

function remedyFor(target: unknown): string | undefined {
  if (isApp(target))
    return 'Give the builder before its compile(): the clock has to be there when the app is made.';
  if (typeof target === 'object' && target !== null && 'then' in target) return 'Await it first.';
  return target === undefined ? 'A module that is undefined may be imported in a circle.' : undefined;
}

async function loadTesting(): Promise<typeof import('@nestjs/testing')> {
  try {
    return await import('@nestjs/testing');
  } catch (cause) {
    throw new Error(
      'A Nest module is made with @nestjs/testing, which could not be loaded: npm i -D @nestjs/testing',
      { cause },
    );
  }
}
