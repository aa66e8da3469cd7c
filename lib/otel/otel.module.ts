import {
  ConfigurableModuleBuilder,
  Logger,
  Module,
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import { validOption } from '../errors.js';
import { schedulerFor, withoutForRoot } from '../module/door.imports.js';
import { refuseUnknownKeys } from '../option.keys.js';
import { loadPeer } from '../peer.js';
import type { SchedulerCore } from '../scheduler/scheduler.core.js';
import { VERSION } from '../version.js';
import { metersOf } from './meters.js';
import { RunSpans, type OtelApi } from './run.spans.js';

/** Options of `StsOtelModule.forRoot()`. */
export interface StsOtelOptions {
  /** Whether runs have spans, and handlers work in them. @default true */
  readonly traces?: boolean | undefined;
  /** Whether there are metrics. @default true */
  readonly metrics?: boolean | undefined;
  /** Makes the tracer. @default the one that the app's SDK has registered */
  readonly tracerProvider?: TracerProvider | undefined;
  /** Makes the meter. @default the one that the app's SDK has registered, before this module is made */
  readonly meterProvider?: MeterProvider | undefined;
}

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<StsOtelOptions>()
  .setClassMethodName('forRoot')
  .build();

const NAME = 'nestjs-sts';
const WHERE = 'StsOtelModule.forRoot()';

const OTEL = Symbol('STS_OTEL');

/**
 * Traces and metrics of all tasks through `@opentelemetry/api`, for the SDK that the app has set up. Import it once,
 * beside `StsModule`.
 *
 * @example
 * ```ts
 * @Module({ imports: [StsModule.forRoot(), StsOtelModule.forRoot()] })
 * export class AppModule {}
 * ```
 */
@Module({
  providers: [
    withoutForRoot(MODULE_OPTIONS_TOKEN),
    {
      provide: OTEL,
      inject: [MODULE_OPTIONS_TOKEN, ModuleRef],
      async useFactory(options: StsOtelOptions, moduleRef: ModuleRef) {
        const { core } = await schedulerFor(StsOtelModule, { options, moduleRef });
        const { traces, metrics, tracerProvider, meterProvider } = checkedOptions(options);
        const api: OtelApi = await loadPeer(OTEL_API, 'StsOtelModule');
        core.extend({ name: WHERE });
        if (traces) trace(core, api, tracerProvider ?? api.trace);
        if (!metrics) return null;
        return metersOf((meterProvider ?? api.metrics).getMeter(NAME, VERSION)).measure(core.registry);
      },
    },
  ],
})
export class StsOtelModule {
  /** @throws {ConfigurationError} at bootstrap, for options that cannot be read, and when `@opentelemetry/api` is not installed. */
  static forRoot(options: StsOtelOptions = {}): DynamicModule {
    return { ...ConfigurableModuleClass.forRoot(options), module: StsOtelModule };
  }

  /** The same with options that come from providers; a class for `useClass` or `useExisting` has `create()`. */
  static forRootAsync(options: ConfigurableModuleAsyncOptions<StsOtelOptions>): DynamicModule {
    return { ...ConfigurableModuleClass.forRootAsync(options), module: StsOtelModule };
  }
}

const OTEL_API = {
  name: '@opentelemetry/api',
  use: 'hands spans and metrics to the SDK of the app',
  load: () => import('@opentelemetry/api'),
};

function trace(core: SchedulerCore, api: OtelApi, provider: Pick<TracerProvider, 'getTracer'>): void {
  const spans = new RunSpans({
    api,
    tracer: provider.getTracer(NAME, VERSION),
    groupOf: name => core.table.find(name)?.group ?? null,
    isShared: core.settings.engine !== null,
    onError: once(error =>
      logger.error('A run lacks its spans, for the SDK of OpenTelemetry has failed.', error),
    ),
  });
  core.extend({ around: spans.around });
  core.registry.events$.subscribe(event => spans.hear(event));
}

const logger = new Logger('StsOtel');

function once(tell: (error: unknown) => void): (error: unknown) => void {
  let isTold = false;
  return error => {
    if (!isTold) tell(error);
    isTold = true;
  };
}

function checkedOptions(options: StsOtelOptions) {
  refuseUnknownKeys(options, ['traces', 'metrics', 'tracerProvider', 'meterProvider'], WHERE);
  const { traces = true, metrics = true, tracerProvider, meterProvider } = options;
  const isFlag = (value: unknown) => typeof value === 'boolean';
  validOption(traces, isFlag, { where: `${WHERE}: traces`, expected: 'true or false' });
  validOption(metrics, isFlag, { where: `${WHERE}: metrics`, expected: 'true or false' });
  const has = (method: string) => (value: unknown) =>
    value === undefined || typeof (value as Record<string, unknown> | null)?.[method] === 'function';
  const tracers = { where: `${WHERE}: tracerProvider`, expected: 'a TracerProvider' };
  validOption(tracerProvider, has('getTracer'), tracers);
  const meters = { where: `${WHERE}: meterProvider`, expected: 'a MeterProvider' };
  validOption(meterProvider, has('getMeter'), meters);
  return { traces, metrics, tracerProvider, meterProvider };
}
