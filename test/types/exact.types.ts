/**
 * What apps with `exactOptionalPropertyTypes` may write: an option that is `undefined` is one that is left out.
 * `test/house/exact.types.test.ts` compiles it against the declarations that users get. Nothing here runs.
 */
import { Cron, StsModule } from 'nestjs-sts';
import type { CommandTaskOptions, CronTaskOptions, EveryTaskOptions, GroupOptions } from 'nestjs-sts';
import type { RetryOptions, StsModuleOptions } from 'nestjs-sts';
import type { BullmqOptions } from 'nestjs-sts/bullmq';
import { StsDashboardModule, type StsDashboardOptions } from 'nestjs-sts/dashboard';
import { StsHeartbeatModule, type StsHeartbeatOptions } from 'nestjs-sts/heartbeat';
import type { StsOtelOptions } from 'nestjs-sts/otel';
import type { StsPrometheusOptions } from 'nestjs-sts/prometheus';
import type { SqliteRunStoreOptions } from 'nestjs-sts/sqlite';
import type { StsHealthOptions } from 'nestjs-sts/terminus';
import type { SimulateOptions, StsTestKitOptions } from 'nestjs-sts/testing';
import type { WorkerTaskOptions } from 'nestjs-sts/worker';

const { REPORT_CHECK, NODE_ENV, TIME_ZONE } = process.env;

export class ReportTasks {
  @Cron('0 3 * * *', { heartbeat: REPORT_CHECK ? { url: REPORT_CHECK } : undefined, timeZone: TIME_ZONE })
  async nightly() {}
}

export const imports = [
  StsModule.forRoot({ timeZone: TIME_ZONE, shutdown: { timeout: undefined } }),
  StsDashboardModule.forRoot({ auth: NODE_ENV === 'production' ? 'inherit' : undefined }),
  StsHeartbeatModule.forRoot({ enabled: NODE_ENV === 'production' ? undefined : false }),
];

/** The same options, each of which may be `undefined` that may be left out. */
type Loose<T> = { [K in keyof T]: Record<never, never> extends Pick<T, K> ? T[K] | undefined : T[K] };
declare function loose<T>(): Loose<T>;

export const everywhere: [
  CommandTaskOptions,
  CronTaskOptions,
  EveryTaskOptions,
  GroupOptions,
  RetryOptions,
  StsModuleOptions,
  BullmqOptions,
  StsDashboardOptions,
  StsHeartbeatOptions,
  StsOtelOptions,
  StsPrometheusOptions,
  SqliteRunStoreOptions,
  StsHealthOptions,
  SimulateOptions,
  StsTestKitOptions,
  WorkerTaskOptions,
] = [
  loose<CommandTaskOptions>(),
  loose<CronTaskOptions>(),
  loose<EveryTaskOptions>(),
  loose<GroupOptions>(),
  loose<RetryOptions>(),
  loose<StsModuleOptions>(),
  loose<BullmqOptions>(),
  loose<StsDashboardOptions>(),
  loose<StsHeartbeatOptions>(),
  loose<StsOtelOptions>(),
  loose<StsPrometheusOptions>(),
  loose<SqliteRunStoreOptions>(),
  loose<StsHealthOptions>(),
  loose<SimulateOptions>(),
  loose<StsTestKitOptions>(),
  loose<WorkerTaskOptions>(),
];
