import {
  Inject,
  Injectable,
  NotFoundException,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { missingRoot } from '../module/module.imports.js';
import { STS_CLOCK, STS_CORE } from '../module/scheduler.providers.js';
import type { Run } from '../run/run.js';
import type { SchedulerCore } from '../scheduler/scheduler.core.js';
import { SchedulerRegistry } from '../scheduler/scheduler.registry.js';
import type { TaskTable } from '../task/task.table.js';
import type { Clock } from '../time/clock.js';
import type { DashboardSettings } from './dashboard.options.js';
import { DASHBOARD_SETTINGS } from './dashboard.tokens.js';
import { changeOf } from './live.batch.js';
import { LiveEvents } from './live.events.js';
import { RecentLoopDelay } from './recent.loop.delay.js';
import { RunViews } from './run.views.js';
import { SharedAnswers } from './shared.answers.js';
import { TaskViews } from './task.views.js';

/** What the dashboard shows, put together when the app has its scheduler. */
@Injectable()
export class Dashboard implements OnModuleInit, OnModuleDestroy {
  readonly settings: DashboardSettings;
  readonly eventLoop = new RecentLoopDelay();
  readonly answers = new SharedAnswers();
  core!: SchedulerCore;
  registry!: SchedulerRegistry;
  clock!: Clock;
  table!: TaskTable;
  runs!: RunViews;
  tasks!: TaskViews;
  live!: LiveEvents;
  readonly #moduleRef: ModuleRef;

  constructor(
    @Inject(DASHBOARD_SETTINGS) settings: DashboardSettings,
    @Inject(ModuleRef) moduleRef: ModuleRef,
  ) {
    this.settings = settings;
    this.#moduleRef = moduleRef;
  }

  onModuleInit(): void {
    const core = this.#found();
    this.core = core;
    core.extend({ name: `StsDashboardModule with the path '${this.settings.path}'` });
    const { redact, maxConnections } = this.settings;
    this.registry = core.registry;
    this.table = core.table;
    this.clock = this.#moduleRef.get<Clock>(STS_CLOCK, { strict: false });
    core.registry.events$.subscribe(event => {
      if (changeOf(event) === 'tasks') this.answers.forget();
    });
    this.runs = new RunViews(redact, runId => this.live.progressOf(runId));
    this.tasks = new TaskViews({ registry: core.registry, table: core.table, runs: this.runs, redact });
    this.live = new LiveEvents({
      events$: core.registry.events$,
      runs: this.runs,
      now: () => this.clock.now(),
      maxConnections,
    });
  }

  /** Live pages would keep the HTTP server open. */
  onModuleDestroy(): void {
    this.live?.close();
    this.eventLoop.stop();
  }

  /** @throws {NotFoundException} for a run that is not kept. */
  async run(id: string): Promise<Run> {
    const run = await this.registry.run(id);
    if (run === undefined) throw new NotFoundException(`No run is kept under ${id}.`);
    return run;
  }

  #found(): SchedulerCore {
    try {
      return this.#moduleRef.get<SchedulerCore>(STS_CORE, { strict: false });
    } catch (cause) {
      throw missingRoot(this.settings.where, { cause });
    }
  }
}
