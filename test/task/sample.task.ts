import type { Declaration } from '../../lib/task/task.declaration.js';
import type { Handler, RawTask } from '../../lib/task/task.definition.js';
import type { ScheduleOptions } from '../../lib/task/task.options.js';

/** `ReportTasks.send`, with one decorator for each of the options; `@Every` unless the options tell otherwise. */
export function rawTask(...options: readonly object[]): RawTask {
  const handler: Handler = () => 'sent';
  return {
    name: 'ReportTasks.send',
    place: 'ReportTasks.send in ReportModule',
    owner: {},
    handler,
    declarations: options.map(declaration),
  };
}

function declaration(options: object): Declaration {
  return { where: `ReportTasks.send: ${decoratorOf(options)}`, options: options as ScheduleOptions };
}

function decoratorOf(options: object): string {
  if ('cron' in options) return '@Cron';
  if ('at' in options) return '@At';
  if ('schedule' in options) return '@Schedule';
  return 'every' in options ? '@Every' : '@Manual';
}
