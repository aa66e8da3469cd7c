/** Runs tasks that are due each second on one store, and tells what that cost. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { SchedulerRegistry, StsModule, TaskScheduler } from '../../dist/index.js';
import { sqliteRunStore } from '../../dist/sqlite/index.js';
import { given, tell } from '../apart.js';

// What dist/ finds: a second copy of Nest would have tokens of its own.
const require = createRequire(new URL('../../dist/', import.meta.url));
const { NestFactory } = require('@nestjs/core');
const Database = require('libsql');

const { store, tasks, seconds, warmUp } = given();
const folder = mkdtempSync(join(tmpdir(), 'sts-bench-'));
const file = join(folder, 'history.db');
const database = store === 'sqlite' ? new Database(file) : undefined;
const total = tasks * (seconds + 30);
const options = database ? { runStore: sqliteRunStore(database, { total, perTask: 1_000 }) } : {};

const app = await NestFactory.createApplicationContext({
  module: class App {},
  imports: [StsModule.forRoot({ logLevel: 'ERROR', ...options })],
});
const scheduler = app.get(TaskScheduler);
for (let i = 0; i < tasks; i++) scheduler.addTask({ name: `task-${i}`, run: () => {} }, { every: '1s' });

await sleep((warmUp + 1) * 1_000 - (Date.now() % 1_000) - 300);
const delay = monitorEventLoopDelay({ resolution: 5 });
const cpu = process.cpuUsage();
delay.enable();
await sleep(seconds * 1_000);
delay.disable();
const { user, system } = process.cpuUsage(cpu);

const { outcomes } = await app.get(SchedulerRegistry).stats();
await app.close();
const runs = outcomes.success;
const rows = database?.prepare("SELECT count(*) AS n FROM sts_run WHERE kind = 'success'").get().n ?? runs;
database?.close();
rmSync(folder, { recursive: true, force: true });

// The monitor measures the time between two of its timers.
const ms = nanoseconds => nanoseconds / 1e6 - 5;
const result = {
  runs,
  lost: Math.max(runs - rows, 0),
  p99: ms(delay.percentile(99)),
  worst: ms(delay.max),
  cpuPerRun: (user + system) / (tasks * seconds),
};
await tell(result);
