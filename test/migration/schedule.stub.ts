import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** As much of the declarations of @nestjs/schedule, and of cron, as the compiler needs. */
const SCHEDULE = `
import { CronJob } from 'cron';
export interface CronOptions { name?: string; [key: string]: unknown }
export declare function Cron(time: string | Date | DateTime, options?: CronOptions): MethodDecorator;
export declare class DateTime { toJSDate(): Date }
export declare function Interval(timeout: number): MethodDecorator;
export declare function Interval(name: string, timeout: number): MethodDecorator;
export declare function Timeout(timeout: number): MethodDecorator;
export declare function Timeout(name: string, timeout: number): MethodDecorator;
export declare enum CronExpression { EVERY_SECOND = '* * * * * *' }
export declare class ScheduleModule { static forRoot(o?: object): object; static forRootAsync(o: object): object }
export declare class SchedulerRegistry {
  getCronJob(name: string): CronJob;
  getCronJobs(): Map<string, CronJob>;
  getInterval(name: string): any;
  getTimeout(name: string): any;
  getIntervals(): string[];
  getTimeouts(): string[];
  doesExist(type: string, name: string): boolean;
  addCronJob(name: string, job: CronJob): void;
  addInterval(name: string, timer: any): void;
  addTimeout(name: string, timer: any): void;
  deleteCronJob(name: string): void;
  deleteInterval(name: string): void;
  deleteTimeout(name: string): void;
}
`;
const CRON = `
export declare class CronTime { constructor(...args: unknown[]) }
export declare class CronJob {
  static from(options: object): CronJob;
  constructor(...args: unknown[]);
  start(): void; stop(): void; fireOnTick(): Promise<void>; setTime(time: CronTime): void;
  lastDate(): Date; nextDate(): { toMillis(): number; toJSDate(): Date }; nextDates(n: number): unknown[];
  isActive: boolean; isCallbackRunning: boolean;
}
`;

/** A folder with sources in `src`, in which @nestjs/schedule is installed. */
export async function appWith(sources: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nestjs-sts-migrate-'));
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  for (const [name, types] of Object.entries({ '@nestjs/schedule': SCHEDULE, cron: CRON })) {
    await write(`node_modules/${name}/package.json`, JSON.stringify({ name, types: 'index.d.ts' }));
    await write(`node_modules/${name}/index.d.ts`, types);
    await write(`node_modules/${name}/dist/index.d.ts`, "export * from '../index.js';");
    await write(
      `node_modules/${name}/dist/decorators/cron.decorator.d.ts`,
      "export { Cron } from '../../index.js';",
    );
  }
  for (const [name, text] of Object.entries(sources)) await write(`src/${name}`, text);
  return folder;
}
