import { Body, Controller, Get, Post } from '@nestjs/common';
import { SchedulerRegistry } from 'nestjs-sts';

@Controller('reports')
export class ReportController {
  constructor(private readonly registry: SchedulerRegistry) {}

  @Get()
  async list() {
    const { items } = await this.registry.runs('ReportTasks.poll', { limit: 5 });
    return items.map(({ dueAt, outcome }) => ({ dueAt, outcome: outcome?.kind }));
  }

  @Post()
  async rebuild(@Body() { since }: { since: string }) {
    const run = await this.registry.trigger('ReportTasks.rebuild', { since });
    const { outcome } = await run.finished();
    return outcome.kind === 'success' ? { result: outcome.result } : { outcome: outcome.kind };
  }
}
