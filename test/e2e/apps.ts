import 'reflect-metadata';
import { Module, type ModuleMetadata, type Provider } from '@nestjs/common';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { StsModule, type StsModuleOptions } from 'nestjs-sts';
import { StsTestKit, type StsTestKitOptions, type TestingModuleBuilderLike } from 'nestjs-sts/testing';

/** What a test says of its app; all of it may be left out. */
export interface AppOptions extends StsTestKitOptions {
  readonly options?: StsModuleOptions;
  readonly imports?: ModuleMetadata['imports'];
  readonly controllers?: ModuleMetadata['controllers'];
}

/** The module of an app with these providers and a scheduler that writes nothing. */
export function appModule(providers: Provider[], { options, imports = [], controllers }: AppOptions = {}) {
  @Module({
    imports: [StsModule.forRoot({ logLevel: 'SILENT', ...options }), ...imports],
    providers,
    controllers,
  })
  class AppModule {}
  return AppModule;
}

/** A running app in virtual time, from 2026-01-01T00:00:00Z. */
export function startApp(providers: Provider[], options: AppOptions = {}): Promise<StsTestKit> {
  const builder = Test.createTestingModule({ imports: [appModule(providers, options)] });
  const { now, seed, patience = '20ms' } = options;
  // Many handlers of the tests hang, until the test itself ends them.
  return StsTestKit.create(builder, { now, seed, patience });
}

/** Why an app does not start. */
export async function bootError(providers: Provider[], options: AppOptions = {}): Promise<Error> {
  try {
    const kit = await startApp(providers, options);
    await kit.close();
  } catch (error) {
    return error as Error;
  }
  throw new Error('the app started');
}

/** Makes an app that can listen, where Nest's builder makes one that cannot. */
export function listening(builder: TestingModuleBuilder): TestingModuleBuilderLike {
  const self: TestingModuleBuilderLike = {
    overrideProvider: token => ({
      useValue(value) {
        builder.overrideProvider(token).useValue(value);
        return self;
      },
    }),
    compile: async () => (await builder.compile()).createNestApplication({ logger: false }),
  };
  return self;
}
