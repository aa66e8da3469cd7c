import {
  Get,
  Headers,
  Inject,
  Param,
  Query as QueryOf,
  Req,
  Res,
  ServiceUnavailableException,
} from '@nestjs/common';
import { VERSION } from '../version.js';
import { Dashboard } from './dashboard.js';
import { refuseCrossSite, visitorOf } from './dashboard.guard.js';
import type { HttpRequest } from './http.js';
import { openStream } from './live.stream.js';
import { nextRunsOf } from './next.view.js';
import { instantIn, spanIn, textIn, wholeNumber, type Query } from './queries.js';
import { TASK_NAME } from './task.name.js';
import { Replies } from './reply.js';
import { scheduleOf } from './schedule.view.js';
import { schedulerOf } from './scheduler.view.js';
import { timelineOf } from './timeline.view.js';

const HOUR_MS = 3_600_000;

/** What the dashboard answers to whoever may look. Its shapes are in `api.views.ts`. */
export class ReadController {
  readonly #dashboard: Dashboard;
  readonly #replies: Replies;

  constructor(@Inject(Dashboard) dashboard: Dashboard, @Inject(Replies) replies: Replies) {
    this.#dashboard = dashboard;
    this.#replies = replies;
  }

  @Get('config')
  config(@Req() request: HttpRequest, @Res() response: unknown) {
    const { settings, clock } = this.#dashboard;
    const { rights } = visitorOf(request);
    const config = { title: settings.title, version: VERSION, now: clock.now(), rights };
    return this.#answer(request, response, () => config);
  }

  @Get('tasks')
  tasks(@Req() request: HttpRequest, @Res() response: unknown) {
    const { tasks, clock } = this.#dashboard;
    return this.#answer(request, response, async () => ({ now: clock.now(), items: await tasks.all() }));
  }

  @Get('tasks/:name')
  task(@Param('name', TASK_NAME) name: string, @Req() request: HttpRequest, @Res() response: unknown) {
    return this.#answer(request, response, () => this.#dashboard.tasks.of(name));
  }

  @Get('tasks/:name/stats')
  stats(@Param('name', TASK_NAME) name: string, @Req() request: HttpRequest, @Res() response: unknown) {
    return this.#answer(request, response, async () => (await this.#dashboard.tasks.of(name)).stats);
  }

  @Get('tasks/:name/runs')
  runsOf(
    @Param('name', TASK_NAME) name: string,
    @QueryOf() query: Query,
    @Req() request: HttpRequest,
    @Res() response: unknown,
  ) {
    return this.#answer(request, response, async () => {
      const { registry, runs } = this.#dashboard;
      const limit = wholeNumber(query, 'limit', { most: 200, otherwise: 50 });
      const page = await registry.runs(name, { limit, cursor: textIn(query, 'cursor') ?? null });
      return { items: page.items.map(run => runs.of(run)), nextCursor: page.nextCursor };
    });
  }

  @Get('tasks/:name/next')
  next(
    @Param('name', TASK_NAME) name: string,
    @QueryOf() query: Query,
    @Req() request: HttpRequest,
    @Res() response: unknown,
  ) {
    return this.#answer(request, response, () => {
      const { registry, table, clock } = this.#dashboard;
      const count = wholeNumber(query, 'count', { most: 100, otherwise: 10 });
      const { nextAt, disabledBy } = registry.get(name);
      const isDue = nextAt !== null && disabledBy === null;
      return { items: isDue ? nextRunsOf(table.get(name), clock.now(), count) : [] };
    });
  }

  @Get('tasks/:name/explain')
  explain(
    @Param('name', TASK_NAME) name: string,
    @QueryOf() query: Query,
    @Req() request: HttpRequest,
    @Res() response: unknown,
  ) {
    return this.#answer(request, response, () => this.#explained(name, instantIn(query, 'at')));
  }

  @Get('runs')
  runs(@QueryOf() query: Query, @Req() request: HttpRequest, @Res() response: unknown) {
    return this.#answer(request, response, async () => {
      const { registry, clock, answers } = this.#dashboard;
      const now = clock.now();
      const { from, to } = spanIn(query, { from: now - HOUR_MS, to: now });
      const shared = await answers.ask(`runs ${from} ${to}`, () => timelineOf(registry, { from, to, now }));
      return { ...shared, now: clock.now() };
    });
  }

  @Get('runs/:id')
  run(@Param('id') id: string, @Req() request: HttpRequest, @Res() response: unknown) {
    return this.#answer(request, response, async () =>
      this.#dashboard.runs.of(await this.#dashboard.run(id)),
    );
  }

  @Get('runs/:id/logs')
  logs(@Param('id') id: string, @Req() request: HttpRequest, @Res() response: unknown) {
    return this.#answer(request, response, async () => {
      const { taskName, log } = await this.#dashboard.run(id);
      return { items: log.map(line => this.#dashboard.runs.line(line, taskName)) };
    });
  }

  @Get('runs/:id/explain')
  explainRun(@Param('id') id: string, @Req() request: HttpRequest, @Res() response: unknown) {
    return this.#answer(request, response, async () => {
      const { taskName, dueAt } = await this.#dashboard.run(id);
      return this.#explained(taskName, dueAt);
    });
  }

  @Get('schedule')
  schedule(@QueryOf() query: Query, @Req() request: HttpRequest, @Res() response: unknown) {
    return this.#answer(request, response, () => {
      const { clock, answers } = this.#dashboard;
      const now = clock.now();
      const { from, to } = spanIn(query, { from: now, to: now + 24 * HOUR_MS });
      return answers.ask(`schedule ${from} ${to}`, () => scheduleOf(this.#dashboard, from, to));
    });
  }

  @Get('scheduler')
  scheduler(@Req() request: HttpRequest, @Res() response: unknown) {
    return this.#answer(request, response, () => schedulerOf(this.#dashboard));
  }

  @Get('events')
  events(
    @Req() request: HttpRequest,
    @Res() response: unknown,
    @Headers('last-event-id') lastId?: string,
  ): void {
    refuseCrossSite(request);
    const { live } = this.#dashboard;
    if (live.isFull)
      throw new ServiceUnavailableException('As many pages are live as may be: maxConnections.');
    const stream = openStream(response);
    if (request.method === 'HEAD') stream.end();
    else live.tell(stream, lastId);
  }

  async #explained(name: string, instant: number) {
    const { kind, sentence, run, at: when } = await this.#dashboard.registry.explain(name, instant);
    const shown = this.#dashboard.settings.redact(sentence, { kind: 'reason', task: name });
    return { at: when, kind, sentence: shown, runId: run?.id ?? null };
  }

  #answer(request: HttpRequest, response: unknown, action: () => unknown): Promise<void> {
    refuseCrossSite(request);
    return this.#replies.json(response, action);
  }
}
