import { BadRequestException, Body, Controller, Post, ServiceUnavailableException } from '@nestjs/common';
import { InvalidPayloadError, SchedulerDrainingError, SchedulerRegistry, type Outcome } from 'nestjs-sts';

@Controller('reports')
export class ReportsController {
  constructor(private readonly registry: SchedulerRegistry) {}

  /** Starts a run, and answers when it has ended. */
  @Post()
  async create(@Body() request: unknown) {
    const run = await this.registry.trigger('ReportTasks.build', request).catch(refuse);
    const { id, outcome } = await run.finished();
    return { run: id, outcome: readable(outcome) };
  }
}

/** There is no run: the request is wrong, or the app is about to end. */
function refuse(error: unknown): never {
  if (error instanceof InvalidPayloadError) throw new BadRequestException(error.message);
  if (error instanceof SchedulerDrainingError) throw new ServiceUnavailableException(error.message);
  throw error;
}

/** JSON keeps nothing of an Error; its text is what a reader wants. */
function readable(outcome: Outcome) {
  return 'error' in outcome ? { ...outcome, error: String(outcome.error) } : outcome;
}
