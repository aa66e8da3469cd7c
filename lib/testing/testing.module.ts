import type { INestApplicationContext, ModuleMetadata } from '@nestjs/common';

/** The part of Nest's TestingModuleBuilder that the kit uses. */
export interface TestingModuleBuilderLike {
  overrideProvider(token: unknown): { useValue(value: unknown): TestingModuleBuilderLike };
  compile(): Promise<INestApplicationContext & { createNestApplication?: unknown }>;
}

export function isBuilder(
  given: TestingModuleBuilderLike | ModuleMetadata,
): given is TestingModuleBuilderLike {
  return 'compile' in given;
}

/** Of metadata, with `@nestjs/testing`, which is loaded here only. */
export async function builderOf(metadata: ModuleMetadata): Promise<TestingModuleBuilderLike> {
  const { Test } = await loadTesting();
  return Test.createTestingModule(metadata);
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

/** Made, and not initialised: constructors and factories of providers have run, and no lifecycle hook. */
export async function compiled(metadata: ModuleMetadata): Promise<INestApplicationContext> {
  return (await builderOf(metadata)).compile();
}
