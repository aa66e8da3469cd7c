import { Logger } from '@nestjs/common';
import type { Observable, Subscription } from 'rxjs';
import { show } from '../error.text.js';
import type { StsEvent } from '../run/run.events.js';
import type { LogLevel } from '../run/run.log.js';
import { stackOf } from '../run/kept.run.js';
import { textFormatter, type LogFormatter } from './log.formatter.js';
import { levelOf } from './log.level.js';
import { passes, type LogThreshold } from './log.threshold.js';
import { recordOf, type LogRecord } from './log.record.js';

export interface RunLoggerOptions {
  readonly threshold: LogThreshold;
  /** The formatter of a task; that of the module for events of none. */
  readonly formatterOf: (taskName: string | undefined) => LogFormatter;
}

/** Writes events through Nest's Logger, so that the app's own logger receives them. */
export class RunLogger {
  readonly #logger = new Logger('Sts');
  readonly #options: RunLoggerOptions;
  readonly #broken = new WeakSet<LogFormatter>();
  /** Why each task's latest due instant was skipped. */
  readonly #skipping = new Map<string, string>();

  constructor(options: RunLoggerOptions) {
    this.#options = options;
  }

  listen(events$: Observable<StsEvent>): Subscription {
    return events$.subscribe(event => {
      const level = this.#isRepeatedSkip(event) ? 'DEBUG' : levelOf(event);
      if (passes(level, this.#options.threshold)) this.#write(recordOf(event, level));
    });
  }

  /** A task that is skipped each second for one reason says so once, until it runs again. */
  #isRepeatedSkip(event: StsEvent): boolean {
    if (event.type === 'runStarted') this.#skipping.delete(event.run.taskName);
    if (event.type === 'taskRemoved') this.#skipping.delete(event.taskName);
    if (event.type !== 'runSkipped' || event.run.outcome.kind !== 'skipped') return false;
    const { taskName, outcome } = event.run;
    const isRepeated = this.#skipping.get(taskName) === outcome.reason;
    this.#skipping.set(taskName, outcome.reason);
    return isRepeated;
  }

  #write(record: LogRecord): void {
    try {
      const { message, isText } = this.#format(this.#options.formatterOf(record.task), record);
      if (message === undefined) return;
      // Nest prints a stack below a text; other formatters have the error and shape it as they like.
      const stack = isText && record.error instanceof Error ? [stackOf(record.error)] : [];
      this.#hand(record.level, message, stack);
    } catch (error) {
      // The app's logger, or a thrown value without a text: the log is what is broken, and this the way past it.
      process.emitWarning(`A ${record.event} could not be logged: ${show(error)}`, { code: 'STS_LOGGER' });
    }
  }

  #hand(level: LogLevel, message: string | object, stack: readonly string[]): void {
    switch (level) {
      case 'DEBUG':
        return this.#logger.debug(message);
      case 'INFO':
        return this.#logger.log(message);
      case 'WARNING':
        return this.#logger.warn(message);
      case 'ERROR':
        return this.#logger.error(message, ...stack);
      case 'CRITICAL':
        return this.#logger.fatal(message, ...stack);
    }
  }

  /** A formatter that throws costs one warning; its records are written as text. */
  #format(format: LogFormatter, record: LogRecord) {
    try {
      return { message: format(record), isText: format === textFormatter };
    } catch (error) {
      if (!this.#broken.has(format)) {
        this.#broken.add(format);
        this.#logger.warn(`logFormatter threw, its records are written as text: ${show(error)}`);
      }
      return { message: textFormatter(record), isText: true };
    }
  }
}
