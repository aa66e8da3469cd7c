import type { CanActivate, ExceptionFilter, NestInterceptor } from '@nestjs/common';
import type { Run, SchedulerRegistry, StsOptionsFactory, Task, TaskScheduler, Trigger } from 'nestjs-sts';
import type { SqliteDatabase } from 'nestjs-sts/sqlite';

/** What the pages show and do not define, since a reader knows what is meant. */
declare global {
  class AppModule {}
  class DatabaseModule {}
  class BillingModule {}
  class UsersModule {}
  class AdminGuard implements CanActivate {
    canActivate(): boolean;
  }
  class SessionGuard extends AdminGuard {}
  class LeaderGuard extends AdminGuard {}
  class TimingInterceptor implements NestInterceptor {
    intercept: NestInterceptor['intercept'];
  }
  class SentryFilter implements ExceptionFilter {
    catch(exception: unknown): void;
  }
  class StsOptions implements StsOptionsFactory {
    createStsOptions(): object;
  }
  class ReportTasks {
    nightly(): void;
  }
  const PruneLogs: new (folder: string) => Task;
  class ReportRepository {}
  class Mailer {}
  class Migrations {
    run(): Promise<void>;
  }
  class Cluster {
    isLeader(): boolean;
  }
  class Row {}
  class Store {
    rowsBefore(at: number): Promise<readonly Row[]>;
  }

  const registry: SchedulerRegistry;
  const scheduler: TaskScheduler;
  const run: Run;
  const task: Task;
  const name: string;
  const payload: unknown;
  const error: unknown;
  const url: string;
  const database: SqliteDatabase;
  const fullMoons: Trigger;
  const reports: (() => { cron: string }) & { KEY: string };
  const storage: { run<T>(id: string, work: () => T): T };
  const reporter: { report(error: unknown, details: object): void };
  const Sentry: typeof import('@sentry/nestjs');
  function greet(): void;
  function send(): void;
  function isOpen(): boolean;
  function report(taskName: string, error: unknown): void;
}
