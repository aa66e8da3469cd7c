import { HttpException, NotFoundException } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { asHttp } from '../../lib/dashboard/problems.js';
import {
  EngineUnavailableError,
  InvalidOptionError,
  InvalidPayloadError,
  SchedulerDrainingError,
  UnknownTaskError,
  UnsupportedByEngineError,
} from '../../lib/errors.js';

describe('what the scheduler throws', () => {
  it.each([
    [new UnknownTaskError('T', []), 404],
    [new InvalidPayloadError('T', ['since: expected string']), 400],
    [new InvalidOptionError({ where: 'limit', expected: 'a number', got: 'x' }), 400],
    [new UnsupportedByEngineError('pause()', 'bullmq', 'Wait.'), 501],
    [new SchedulerDrainingError('T', 'be triggered'), 503],
    [new EngineUnavailableError('Redis does not answer.'), 503],
  ])('is said with its message: %o as %i', (error, status) => {
    const said = asHttp(error) as HttpException;

    expect(said.getStatus()).toBe(status);
    expect(said.message).toBe(error.message);
    expect(said.cause).toBe(error);
  });

  it.each([[new TypeError('a fault')], ['no error'], [new NotFoundException()]])(
    'stays as it is when it is no fault of who asks: %o',
    error => {
      expect(asHttp(error)).toBe(error);
    },
  );
});
