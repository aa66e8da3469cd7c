import { Controller, Get } from '@nestjs/common';
import { SchedulerRegistry, type Run, type TaskDescription } from 'nestjs-sts';

@Controller('tasks')
export class TasksController {
  constructor(private readonly registry: SchedulerRegistry) {}

  /** All tasks, each with its next and its last run. */
  @Get()
  list() {
    return Promise.all(this.registry.list().map(task => this.#show(task)));
  }

  async #show({ name, triggers, nextAt, retries }: TaskDescription) {
    const { items } = await this.registry.runs(name, { limit: 1 });
    return { name, triggers, retries, nextAt: iso(nextAt), lastRun: items.map(showRun)[0] ?? null };
  }
}

function showRun({ cause, dueAt, attempts, outcome }: Run) {
  return { cause, dueAt: iso(dueAt), attempts: attempts.length, outcome: outcome?.kind ?? 'running' };
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
