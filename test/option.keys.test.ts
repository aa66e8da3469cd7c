import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../lib/errors.js';
import { refuseUnknownKeys } from '../lib/option.keys.js';

describe('refuseUnknownKeys', () => {
  it('accepts known keys, some or none of them', () => {
    expect(() => refuseUnknownKeys({ every: 1 }, ['every', 'cron'], 'x')).not.toThrow();
    expect(() => refuseUnknownKeys({}, ['every'], 'x')).not.toThrow();
  });

  it('asks whether the nearest known key is meant, and lists them all', () => {
    const refuse = () => refuseUnknownKeys({ tiemout: 1 }, ['retry', 'timeout'], 'StsModule.forRoot()');

    expect(refuse).toThrow(InvalidOptionError);
    expect(refuse).toThrow(
      "StsModule.forRoot() expects known options only, got 'tiemout'. Did you mean 'timeout'? Known options: retry, timeout.",
    );
  });

  it('lists the known keys alone when none is near', () => {
    const refuse = () => refuseUnknownKeys({ colour: 1 }, ['retry', 'timeout'], 'x');

    expect(refuse).toThrow("x expects known options only, got 'colour'. Known options: retry, timeout.");
  });

  it.each(['tz', 'TZ', 'zone', 'timezone', 'timeZOne'])('knows that %s means timeZone', key => {
    const refuse = () => refuseUnknownKeys({ [key]: 'UTC' }, ['timeout', 'timeZone'], 'x');

    expect(refuse).toThrow("Did you mean 'timeZone'?");
  });

  it('knows that retries means retry', () => {
    const refuse = () => refuseUnknownKeys({ retries: 3 }, ['timeout', 'retry'], 'x');

    expect(refuse).toThrow("Did you mean 'retry'?");
  });

  it('names no option that is not known here, whatever it is called elsewhere', () => {
    const refuse = () => refuseUnknownKeys({ tz: 'UTC' }, ['retry'], 'x');

    expect(refuse).toThrow("x expects known options only, got 'tz'. Known options: retry.");
  });

  it.each([[undefined], [null], [5], ['every'], [['every']], [() => {}]])(
    'refuses %o as options',
    options => {
      const refuse = () => refuseUnknownKeys(options, ['every'], 'x');

      expect(refuse).toThrow(InvalidOptionError);
      expect(refuse).toThrow('x expects an object of options, got');
    },
  );

  it('refuses a key that every object inherits', () => {
    const options = JSON.parse('{ "constructor": 1 }') as object;

    expect(() => refuseUnknownKeys(options, ['every'], 'x')).toThrow("got 'constructor'");
  });
});
