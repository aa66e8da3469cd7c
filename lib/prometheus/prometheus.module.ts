import {
  ConfigurableModuleBuilder,
  Module,
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { schedulerFor, withoutForRoot } from '../module/door.imports.js';
import { loadPeer } from '../peer.js';
import { checkedOptions, type StsPrometheusOptions } from './prometheus.options.js';
import { sharedMetrics } from './shared.metrics.js';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<StsPrometheusOptions>().setClassMethodName('forRoot').build();

const METRICS = Symbol('STS_PROMETHEUS_METRICS');

/**
 * Metrics of all tasks in a Registry of prom-client, which the app shows where it likes. Import it once, beside
 * `StsModule`; it needs the package `prom-client`.
 *
 * @example
 * ```ts
 * @Module({ imports: [StsModule.forRoot(), StsPrometheusModule.forRoot()] })
 * export class AppModule {}
 * ```
 */
@Module({
  providers: [
    withoutForRoot(MODULE_OPTIONS_TOKEN),
    {
      provide: METRICS,
      inject: [MODULE_OPTIONS_TOKEN, ModuleRef],
      async useFactory(options: StsPrometheusOptions, moduleRef: ModuleRef) {
        const { core } = await schedulerFor(StsPrometheusModule, { options, moduleRef });
        const { registry, buckets } = checkedOptions(options);
        const client = await loadPeer(PROM_CLIENT, 'StsPrometheusModule');
        return sharedMetrics(registry ?? client.register, client, buckets).measure(core.registry, buckets);
      },
    },
  ],
})
export class StsPrometheusModule {
  /** @throws {ConfigurationError} at bootstrap, for options that cannot be read, and when prom-client is not installed. */
  static forRoot(options: StsPrometheusOptions = {}): DynamicModule {
    return { ...ConfigurableModuleClass.forRoot(options), module: StsPrometheusModule };
  }

  /** The same with options that come from providers; a class for `useClass` or `useExisting` has `create()`. */
  static forRootAsync(options: ConfigurableModuleAsyncOptions<StsPrometheusOptions>): DynamicModule {
    return { ...ConfigurableModuleClass.forRootAsync(options), module: StsPrometheusModule };
  }
}

const PROM_CLIENT = {
  name: 'prom-client',
  use: 'keeps the metrics',
  load: () => import('prom-client'),
};
