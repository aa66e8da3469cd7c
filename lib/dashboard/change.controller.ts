import { BadRequestException, Body, HttpCode, Inject, Logger, Param, Post, Req, Res } from '@nestjs/common';
import type { Pause } from '../policy/pause.js';
import { acceptedInLog, acceptedOf } from './accepted.run.js';
import { Dashboard } from './dashboard.js';
import { Needs, visitorOf } from './dashboard.guard.js';
import type { HttpRequest } from './http.js';
import { bodyOf, reasonIn, type Query } from './queries.js';
import { TASK_NAME } from './task.name.js';
import { Replies } from './reply.js';

/** What the dashboard does for whoever may; every change is logged with who did it. */
export class ChangeController {
  readonly #dashboard: Dashboard;
  readonly #replies: Replies;
  readonly #logger = new Logger('StsDashboard');

  constructor(@Inject(Dashboard) dashboard: Dashboard, @Inject(Replies) replies: Replies) {
    this.#dashboard = dashboard;
    this.#replies = replies;
  }

  @Post('tasks/:name/run')
  @HttpCode(202)
  @Needs('run')
  run(
    @Param('name', TASK_NAME) name: string,
    @Body() body: unknown,
    @Req() request: HttpRequest,
    @Res() response: unknown,
  ) {
    const action = async () => {
      const { payload } = bodyOf(body, ['payload']);
      const run = await this.#dashboard.registry.trigger(name, payload);
      const accepted = await acceptedOf(this.#dashboard, name, run);
      this.#log(request, acceptedInLog(name, accepted));
      return accepted;
    };
    return this.#replies.json(response, action, 202);
  }

  @Post('tasks/:name/pause')
  @HttpCode(200)
  @Needs('pause')
  pause(
    @Param('name', TASK_NAME) name: string,
    @Body() body: unknown,
    @Req() request: HttpRequest,
    @Res() response: unknown,
  ) {
    return this.#replies.json(response, async () => {
      const given = bodyOf(body, ['reason', 'scope']);
      const target = this.#targetOf(name, given);
      const reason = this.#reason(request, reasonIn(given));
      const before = this.#pauseOf(target);
      // One that would have ended by itself goes on until somebody resumes.
      const changed = before === null || before.until !== null;
      await this.#dashboard.registry.pause(target, reason);
      if (changed) this.#log(request, `paused ${shown(target)}: ${reason}`);
      return { changed };
    });
  }

  @Post('tasks/:name/resume')
  @HttpCode(200)
  @Needs('pause')
  resume(
    @Param('name', TASK_NAME) name: string,
    @Body() body: unknown,
    @Req() request: HttpRequest,
    @Res() response: unknown,
  ) {
    return this.#replies.json(response, async () => {
      const given = bodyOf(body, ['reason', 'scope']);
      const target = this.#targetOf(name, given);
      const reason = this.#reason(request, reasonIn(given));
      const changed = this.#pauseOf(target) !== null;
      await this.#dashboard.registry.resume(target, reason);
      if (changed) this.#log(request, `resumed ${shown(target)}: ${reason}`);
      return { changed };
    });
  }

  @Post('runs/:id/cancel')
  @HttpCode(200)
  @Needs('cancel')
  cancel(
    @Param('id') id: string,
    @Body() body: unknown,
    @Req() request: HttpRequest,
    @Res() response: unknown,
  ) {
    return this.#replies.json(response, async () => {
      await this.#dashboard.run(id);
      const reason = this.#reason(request, reasonIn(bodyOf(body, ['reason'])));
      const changed = await this.#dashboard.registry.cancel(id, reason);
      if (changed) this.#log(request, `cancelled ${id}: ${reason}`);
      return { changed };
    });
  }

  #targetOf(name: string, { scope = 'task' }: Query): string | { readonly group: string } {
    const { group } = this.#dashboard.registry.get(name);
    if (scope === 'task') return name;
    if (scope !== 'group') throw new BadRequestException("scope is 'task' or 'group'.");
    if (group === null) throw new BadRequestException(`${name} is in no group.`);
    return { group };
  }

  #pauseOf(target: string | { readonly group: string }): Pause | null {
    return this.#dashboard.core.paused(typeof target === 'string' ? { task: target } : target);
  }

  #reason(request: HttpRequest, reason = 'from the dashboard'): string {
    const { user } = visitorOf(request);
    return user === null ? reason : `${reason} (${user})`;
  }

  #log(request: HttpRequest, what: string): void {
    const { user } = visitorOf(request);
    const who = user ?? `somebody at ${request.socket.remoteAddress ?? 'an unknown address'}`;
    // A name may hold anything, line breaks too, and a log line is one line.
    this.#logger.log(`${who} ${what}`.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' '));
  }
}

function shown(target: string | { readonly group: string }): string {
  return typeof target === 'string' ? target : `the group ${target.group}`;
}
