import {
  BadRequestException,
  NotFoundException,
  NotImplementedException,
  ServiceUnavailableException,
} from '@nestjs/common';
import {
  ConfigurationError,
  EngineUnavailableError,
  InvalidPayloadError,
  SchedulerDrainingError,
  UnknownTaskError,
  UnsupportedByEngineError,
} from '../errors.js';

const REFUSALS = [
  [UnknownTaskError, NotFoundException],
  [InvalidPayloadError, BadRequestException],
  [ConfigurationError, BadRequestException],
  [UnsupportedByEngineError, NotImplementedException],
  [SchedulerDrainingError, ServiceUnavailableException],
  [EngineUnavailableError, ServiceUnavailableException],
] as const;

/** What the scheduler threw, as HTTP says it; what is no fault of whoever asks stays as it is. */
export function asHttp(error: unknown): unknown {
  const [, Refusal] = REFUSALS.find(([Thrown]) => error instanceof Thrown) ?? [];
  return Refusal === undefined ? error : new Refusal((error as Error).message, { cause: error });
}
