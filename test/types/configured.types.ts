/**
 * What the compiler accepts and refuses where a value may come from providers. `tsc` is the test: a line under
 * `@ts-expect-error` that compiles is an error itself. Nothing here runs.
 */
import { ConfigService, registerAs, type ConfigType } from '@nestjs/config';
import {
  At,
  Cron,
  Every,
  Manual,
  Schedule,
  StsModule,
  type Duration,
  type EveryTaskOptions,
  type StsModuleOptions,
} from '../../lib/index.js';

const reports = registerAs('reports', () => ({
  cron: process.env['REPORT_CRON'] ?? '-',
  timeout: '5m' as Duration,
}));
const polling = registerAs('polling', () => ({ timeout: '5m' }) satisfies EveryTaskOptions);
const options = registerAs('sts', () => ({ timeZone: 'UTC', enabled: true }) satisfies StsModuleOptions);

abstract class Calendar {
  abstract readonly next: (after: number) => number | null;
}

export class Accepted {
  @Cron({ inject: [ConfigService], useFactory: config => config.get('CRON') }) any() {}
  /** A setting that is missing is refused when the app starts. */
  @Cron({ inject: [ConfigService], useFactory: config => config.get<string>('CRON') }) missing() {}
  @Cron({ inject: [ConfigService], useFactory: config => config.getOrThrow<string>('CRON') }) text() {}
  @Cron({ inject: [ConfigService], useFactory: async config => config.get<string>('CRON') ?? null })
  later() {}
  @Cron({ inject: [reports.KEY], useFactory: (config: ConfigType<typeof reports>) => config.cron }) typed() {}
  @Cron({ useFactory: () => process.env['CRON'] ?? '-' }) noToken() {}
  @Cron('0 0 * * *', {
    inject: [ConfigService],
    useFactory: config => ({ timeZone: config.getOrThrow('TZ') }),
  })
  options() {}
  @Cron('-') @Cron(null) disabled() {}
  @Every({ inject: [ConfigService, reports.KEY], useFactory: (config, other) => config.get(String(other)) })
  two() {}
  @Every({
    inject: [{ token: ConfigService, optional: true }],
    useFactory: config => config?.get<string>('EVERY') ?? '-',
  })
  optional() {}
  @Every('-') @Every(null) never() {}
  @Every('10s', polling.asProvider()) asProvider() {}
  @Schedule({ inject: [Calendar], useFactory: ({ next }) => ({ next }) }) own() {}
  @At({ inject: [ConfigService], useFactory: config => new Date(config.getOrThrow<string>('AT')) }) once() {}
  @Manual({ inject: [ConfigService], useFactory: config => ({ enabled: config.get('ON') === '1' }) })
  byHand() {}
}

export class Refused {
  // @ts-expect-error: a number is no cron expression
  @Cron({ useFactory: () => 5 }) number() {}
  // @ts-expect-error: ConfigService has no such method
  @Cron({ inject: [ConfigService], useFactory: config => config.gte('CRON') }) method() {}
  // @ts-expect-error: what is injected is no text
  @Cron({ inject: [ConfigService], useFactory: (config: string) => config }) parameter() {}
  // @ts-expect-error: more parameters than tokens
  @Cron({ inject: [ConfigService], useFactory: (one, two) => one.getOrThrow(two) }) parameters() {}
  // @ts-expect-error: optional, so it may be undefined
  @Every({ inject: [{ token: ConfigService, optional: true }], useFactory: config => config.get('E') })
  maybe() {}
  // @ts-expect-error: no such option
  @Every('10s', { useFactory: () => ({ timeout: true }) }) option() {}
  // @ts-expect-error: a period that is none
  @Every('--') period() {}
}

export const modules = [
  StsModule.forRootAsync(options.asProvider()),
  StsModule.forRoot({
    overrides: {
      'ReportTasks.nightly': { cron: '0 1 * * *', timeZone: 'UTC', enabled: false, timeout: null },
      'ReportTasks.poll': { every: '-', group: null },
      'ReportTasks.sweep': { cron: null },
    },
  }),
  // @ts-expect-error: a duration with an unknown unit
  StsModule.forRoot({ overrides: { 'ReportTasks.poll': { every: '10x' } } }),
  // @ts-expect-error: no such option
  StsModule.forRoot({ overrides: { 'ReportTasks.poll': { timout: '10s' } } }),
  // @ts-expect-error: a list
  StsModule.forRoot({ only: 'ReportTasks' }),
];
