import {
  BadRequestException,
  HttpException,
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

/** What the scheduler threw, as HTTP says it; what is no fault of whoever asks stays as it is. */
export function asHttp(error: unknown): unknown {
  if (error instanceof HttpException || !(error instanceof Error)) return error;
  const because = { cause: error };
  if (error instanceof UnknownTaskError) return new NotFoundException(error.message, because);
  if (error instanceof InvalidPayloadError) return new BadRequestException(error.message, because);
  if (error instanceof ConfigurationError) return new BadRequestException(error.message, because);
  if (error instanceof UnsupportedByEngineError) return new NotImplementedException(error.message, because);
  const isAway = error instanceof SchedulerDrainingError || error instanceof EngineUnavailableError;
  return isAway ? new ServiceUnavailableException(error.message, because) : error;
}
