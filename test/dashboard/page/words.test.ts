import { describe, expect, it } from 'vitest';
import { atTrigger } from '../../../lib/trigger/at.trigger.js';
import { boundedTrigger } from '../../../lib/trigger/bounded.trigger.js';
import { cronTrigger } from '../../../lib/trigger/cron.trigger.js';
import { everyTrigger } from '../../../lib/trigger/every.trigger.js';
import { ruleInWords } from '../../../lib/dashboard/page/words.js';

describe('a rule in words', () => {
  it.each([
    ['10s', 'Every 10 seconds'],
    ['1h', 'Every hour'],
    ['1h30m', 'Every 1 hour 30 minutes'],
    [1_500, 'Every 1500 milliseconds'],
    ['7d', 'Every 7 days'],
  ] as const)('says every %j as %j', (period, words) => {
    expect(ruleInWords(String(everyTrigger(period)))).toMatchObject({ words, zone: null });
  });

  it('says the offset', () => {
    expect(ruleInWords(String(everyTrigger('1d', { offset: '4h' }))).words).toBe(
      'Every day, shifted by 4 hours',
    );
  });

  it.each([
    ['0 0 * * *', 'At 00:00'],
    ['*/5 * * * *', 'Every 5 minutes'],
    ['*/10 * * * * *', 'Every 10 seconds'],
    ['30 9 * * 1-5', 'At 09:30, Monday through Friday'],
    ['0 0 L * *', 'At 00:00, on the last day of the month'],
  ])('says cron %j as %j, its zone beside it', (expression, words) => {
    const text = String(cronTrigger(expression, { timeZone: 'Europe/Paris' }));

    expect(ruleInWords(text)).toEqual({ words, rule: expression, zone: 'Europe/Paris' });
  });

  it('leaves an expression alone for which the library has no words', () => {
    expect(ruleInWords('cron no such thing (UTC)')).toEqual({
      words: 'no such thing',
      rule: 'no such thing',
      zone: 'UTC',
    });
  });

  it('says one instant', () => {
    expect(ruleInWords(String(atTrigger('2026-12-24T18:00:00Z'))).words).toBe(
      'Once, at 2026-12-24 18:00 UTC',
    );
  });

  it('says the bounds', () => {
    const trigger = boundedTrigger(
      everyTrigger('1h'),
      Date.UTC(2026, 0, 1),
      Date.UTC(2027, 0, 1, 12, 30, 15),
    );

    expect(ruleInWords(String(trigger)).words).toBe(
      'Every hour, from 2026-01-01 00:00 UTC, until 2027-01-01 12:30:15 UTC',
    );
  });

  it('takes a trigger of the user at its word', () => {
    expect(ruleInWords('full moon')).toEqual({ words: 'Full moon', rule: 'full moon', zone: null });
  });
});
