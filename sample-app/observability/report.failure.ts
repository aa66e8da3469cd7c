import { Logger } from '@nestjs/common';
import type { Failure } from 'nestjs-sts';

const logger = new Logger('Failures');

/** Where an app would call Sentry: each failed attempt comes here once. */
export function reportFailure({ error, taskName, attempt, retryAt }: Failure): void {
  const follows = retryAt === null ? 'the last one' : 'another one follows';
  logger.warn(`attempt ${attempt?.number ?? '?'} of ${taskName}, ${follows}: ${String(error)}`);
}
