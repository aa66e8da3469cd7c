import { describe, expect, it } from 'vitest';
import { cronTrigger } from '../../lib/trigger/cron.trigger.js';

/** The instants of one trigger after `after` and up to `until`, in ISO 8601 without the zeros. */
function named(expression: string, timeZone: string, [after, until]: [string, string]): string[] {
  const trigger = cronTrigger(expression, { timeZone, hashSeed: 'task' });
  const instants: string[] = [];
  for (
    let at = trigger.next(Date.parse(after));
    at !== null && at <= Date.parse(until);
    at = trigger.next(at)
  ) {
    instants.push(new Date(at).toISOString().replace(':00.000Z', 'Z').replace('.000Z', 'Z'));
  }
  return instants;
}

/**
 * One row for each line of the rule. America/New_York, tzdata `northamerica`, Rule US 2007 max: from 2:00 to 3:00 on
 * Mar Sun>=8 (2026-03-08T07:00Z), from 2:00 to 1:00 on Nov Sun>=1 (2026-11-01T06:00Z).
 */
const SPRING: [string, string] = ['2026-03-08T05:59Z', '2026-03-08T08:30Z'];
const AUTUMN: [string, string] = ['2026-11-01T04:59Z', '2026-11-01T07:30Z'];

describe('Gap, hours that match every hour: nothing is added, the cadence goes on by itself', () => {
  it.each([
    ['*/30 * * * *', ['06:00', '06:30', '07:00', '07:30', '08:00', '08:30']],
    ['15 * * * *', ['06:15', '07:15', '08:15']],
    ['15 0-23 * * *', ['06:15', '07:15', '08:15']],
    ['15 */1 * * *', ['06:15', '07:15', '08:15']],
    ['15 22-21 * * *', ['06:15', '07:15', '08:15']],
    ['15 0-11,12-23 * * *', ['06:15', '07:15', '08:15']],
    ['15 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23 * * *', ['06:15', '07:15', '08:15']],
  ])('%s', (expression, times) => {
    expect(named(expression, 'America/New_York', SPRING)).toEqual(times.map(time => `2026-03-08T${time}Z`));
  });
});

describe('Gap, any other hours: the missing times are one run, at the first instant after the gap', () => {
  it.each([
    ['30 2 * * *', ['07:00']],
    ['0 2 * * *', ['07:00']],
    ['59 59 2 * * *', ['07:00']],
    ['*/10 2 * * *', ['07:00']],
    ['0,20,40 1,2 * * *', ['06:00', '06:20', '06:40', '07:00']],
    // 3:00 is both the end of the gap and a time of its own: one run.
    ['0 2,3 * * *', ['07:00']],
    ['*/30 1-3 * * *', ['06:00', '06:30', '07:00', '07:30']],
    ['30 */2 * * *', ['07:00', '08:30']],
    // Nothing is missing.
    ['0 3 * * *', ['07:00']],
    ['30 1,3 * * *', ['06:30', '07:30']],
    ['30 2 9 3 *', []],
  ])('%s', (expression, times) => {
    expect(named(expression, 'America/New_York', SPRING)).toEqual(times.map(time => `2026-03-08T${time}Z`));
  });
});

describe('Repeated hour, fixed expression: one run, at the first pass', () => {
  it.each([
    ['30 1 * * *', ['05:30']],
    ['0 1 * * *', ['05:00']],
    ['0,30 1 * * *', ['05:00', '05:30']],
    ['0,30 1,2 * * *', ['05:00', '05:30', '07:00', '07:30']],
    ['15,45 30 1 * * *', ['05:30:15', '05:30:45']],
    ['0 2 * * *', ['07:00']],
    ['30 H(1-1) * * *', ['05:30']],
  ])('%s', (expression, times) => {
    expect(named(expression, 'America/New_York', AUTUMN)).toEqual(times.map(time => `2026-11-01T${time}Z`));
  });
});

describe('Repeated hour, interval-like expression: both passes', () => {
  it.each([
    ['*/30 * * * *', ['05:00', '05:30', '06:00', '06:30', '07:00', '07:30']],
    ['30 * * * *', ['05:30', '06:30', '07:30']],
    ['30 1-1 * * *', ['05:30', '06:30']],
    ['30/40 1 * * *', ['05:30', '06:30']],
    ['0-0 1 * * *', ['05:00', '06:00']],
    ['0/60 30 1 * * *', ['05:30', '06:30']],
    ['30 */1 * * *', ['05:30', '06:30', '07:30']],
    ['30 H/1 * * *', ['05:30', '06:30', '07:30']],
  ])('%s', (expression, times) => {
    expect(named(expression, 'America/New_York', AUTUMN)).toEqual(times.map(time => `2026-11-01T${time}Z`));
  });
});

/** A day never loses its run and never has two, in whatever way its clocks are changed. */
const DAILY: [what: string, zone: string, expression: string, around: [string, string], due: string[]][] = [
  [
    // australasia, Rule LH 2008 max: Oct Sun>=1 2:00 by 0:30.
    'a gap of half an hour in Lord Howe',
    'Australia/Lord_Howe',
    '15 2 * * *',
    ['2026-10-02T16:00Z', '2026-10-04T16:00Z'],
    ['2026-10-03T15:30Z', '2026-10-04T15:15Z'],
  ],
  [
    // Rule LH 2008 max: Apr Sun>=1 2:00 back by 0:30.
    'a repeated half hour in Lord Howe',
    'Australia/Lord_Howe',
    '45 1 * * *',
    ['2026-04-03T16:00Z', '2026-04-05T16:00Z'],
    ['2026-04-04T14:45Z', '2026-04-05T15:15Z'],
  ],
  [
    // antarctica, Rule Troll 2005 max: Mar lastSun 1:00u by 2:00.
    'a gap of two hours in Troll',
    'Antarctica/Troll',
    '30 1,2 * * *',
    ['2026-03-28T03:00Z', '2026-03-30T00:00Z'],
    ['2026-03-29T01:00Z', '2026-03-29T23:30Z'],
  ],
  [
    // Rule Troll 2004 max: Oct lastSun 1:00u back by 2:00.
    'two repeated hours in Troll',
    'Antarctica/Troll',
    '30 1,2 * * *',
    ['2026-10-24T12:00Z', '2026-10-26T12:00Z'],
    ['2026-10-24T23:30Z', '2026-10-25T00:30Z', '2026-10-26T01:30Z', '2026-10-26T02:30Z'],
  ],
  [
    // asia, Rule Jordan 2014-2021: Mar lastThu 24:00 by 1:00.
    'a gap at midnight in Amman',
    'Asia/Amman',
    '0 0 * * *',
    ['2021-03-24T22:30Z', '2021-03-26T22:30Z'],
    ['2021-03-25T22:00Z', '2021-03-26T21:00Z'],
  ],
  [
    // Rule Jordan 2014-2022: Oct lastFri 0:00s, which is 1:00 back to 0:00.
    'a repeated hour after midnight in Amman',
    'Asia/Amman',
    '0 0 * * *',
    ['2021-10-27T21:30Z', '2021-10-29T22:30Z'],
    ['2021-10-28T21:00Z', '2021-10-29T22:00Z'],
  ],
  [
    // asia, Rule Lebanon 1993 max: Mar lastSun 0:00 by 1:00.
    'a gap at midnight in Beirut, on a Sunday only',
    'Asia/Beirut',
    '30 0 * * SUN',
    ['2024-03-25T00:00Z', '2024-04-07T00:00Z'],
    ['2024-03-30T22:00Z', '2024-04-06T21:30Z'],
  ],
  [
    // Rule Lebanon 1999 max: Oct lastSun 0:00 back to Saturday 23:00.
    'a repeated hour before midnight in Beirut',
    'Asia/Beirut',
    '0 0 * * *',
    ['2024-10-25T22:00Z', '2024-10-27T22:00Z'],
    ['2024-10-26T22:00Z', '2024-10-27T22:00Z'],
  ],
  [
    // southamerica, Rule Para 2010-2024: Oct Sun>=1 0:00 by 1:00.
    'a gap at midnight in Asunción',
    'America/Asuncion',
    '0 0 1 10 *',
    ['2022-10-02T00:00Z', '2024-10-02T00:00Z'],
    ['2023-10-01T04:00Z', '2024-10-01T04:00Z'],
  ],
  [
    // Rule Para 2013-2024: Mar Sun>=22 0:00 back to Saturday 23:00.
    'a repeated hour before midnight in Asunción',
    'America/Asuncion',
    '30 23 * * *',
    ['2024-03-22T12:00Z', '2024-03-25T12:00Z'],
    ['2024-03-23T02:30Z', '2024-03-24T02:30Z', '2024-03-25T03:30Z'],
  ],
  [
    // southamerica, Rule Brazil 2018: Nov Sun>=1 0:00 by 1:00.
    'a gap at midnight in São Paulo',
    'America/Sao_Paulo',
    '0 0 * * *',
    ['2018-11-03T03:30Z', '2018-11-05T12:00Z'],
    ['2018-11-04T03:00Z', '2018-11-05T02:00Z'],
  ],
  [
    // Rule Brazil 2016-2019: Feb Sun>=15 0:00 back to Saturday 23:00.
    'a repeated hour before midnight in São Paulo',
    'America/Sao_Paulo',
    '0 23 * * SAT',
    ['2018-02-11T12:00Z', '2018-02-25T12:00Z'],
    ['2018-02-18T01:00Z', '2018-02-25T02:00Z'],
  ],
  [
    // australasia, Zone Pacific/Apia: -11:00 (and an hour of DST) until 2011 Dec 29 24:00, then 13:00 and DST.
    'a skipped day in Apia',
    'Pacific/Apia',
    '0 12 * * *',
    ['2011-12-29T00:00Z', '2012-01-01T00:00Z'],
    ['2011-12-29T22:00Z', '2011-12-30T10:00Z', '2011-12-30T22:00Z', '2011-12-31T22:00Z'],
  ],
  [
    'a skipped day in Apia, for a run on that date',
    'Pacific/Apia',
    '0 12 30 12 *',
    ['2011-01-01T00:00Z', '2012-12-31T00:00Z'],
    ['2011-12-30T10:00Z', '2012-12-29T22:00Z'],
  ],
  [
    // The same instant is the end of the gap and midnight of the day after.
    'a skipped day in Apia, for a run at midnight',
    'Pacific/Apia',
    '0 0 * * *',
    ['2011-12-28T12:00Z', '2012-01-01T00:00Z'],
    ['2011-12-29T10:00Z', '2011-12-30T10:00Z', '2011-12-31T10:00Z'],
  ],
  [
    // australasia, Zone Pacific/Kwajalein: -12:00 until 1993 Aug 20 24:00, then 12:00.
    'a skipped Saturday in Kwajalein',
    'Pacific/Kwajalein',
    '0 6 * * SAT',
    ['1993-08-15T00:00Z', '1993-08-29T00:00Z'],
    ['1993-08-21T12:00Z', '1993-08-27T18:00Z'],
  ],
  [
    // africa, Rule Morocco 2026: Feb 15 3:00 by -1:00, before Ramadan.
    'a repeated hour before Ramadan in Casablanca',
    'Africa/Casablanca',
    '30 2 * * *',
    ['2026-02-14T02:00Z', '2026-02-16T12:00Z'],
    ['2026-02-15T01:30Z', '2026-02-16T02:30Z'],
  ],
  [
    // Rule Morocco 2026: Mar 22 2:00 by 1:00, after Ramadan.
    'a gap after Ramadan in Casablanca',
    'Africa/Casablanca',
    '30 2 * * *',
    ['2026-03-21T03:00Z', '2026-03-23T12:00Z'],
    ['2026-03-22T02:00Z', '2026-03-23T01:30Z'],
  ],
  [
    // europe, Rule Eire 1981 max: Mar lastSun 1:00u; summer is the standard time, winter is -1:00.
    'a gap in Dublin, whose winter time is the negative one',
    'Europe/Dublin',
    '30 1 * * *',
    ['2026-03-28T02:00Z', '2026-03-30T12:00Z'],
    ['2026-03-29T01:00Z', '2026-03-30T00:30Z'],
  ],
  [
    // Rule Eire 1996 max: Oct lastSun 1:00u by -1:00.
    'a repeated hour in Dublin',
    'Europe/Dublin',
    '30 1 * * *',
    ['2026-10-24T02:00Z', '2026-10-26T12:00Z'],
    ['2026-10-25T00:30Z', '2026-10-26T01:30Z'],
  ],
  [
    // africa, Rule Egypt 2014: May 15 24:00, Jun 26 24:00 back, Jul 31 24:00, Sep lastThu 24:00 back.
    'four changes at midnight in one summer of Cairo',
    'Africa/Cairo',
    '30 23,0 * * THU,FRI',
    ['2014-06-26T12:00Z', '2014-06-27T12:00Z'],
    ['2014-06-26T20:30Z', '2014-06-26T22:30Z'],
  ],
  [
    // asia, Zone Asia/Pyongyang: 9:00 until 2015 Aug 15 00:00, then 8:30: back to Friday 23:30.
    'a change of the standard time by half an hour in Pyongyang',
    'Asia/Pyongyang',
    '45 23 * * *',
    ['2015-08-13T15:00Z', '2015-08-15T16:00Z'],
    ['2015-08-14T14:45Z', '2015-08-15T15:15Z'],
  ],
  [
    // Zone Asia/Pyongyang: 8:30 until 2018 May 4 23:30, then 9:00: on to Saturday 0:00.
    'a gap up to midnight in Pyongyang',
    'Asia/Pyongyang',
    '45 23 * * *',
    ['2018-05-03T16:00Z', '2018-05-05T16:00Z'],
    ['2018-05-04T15:00Z', '2018-05-05T14:45Z'],
  ],
  [
    // southamerica, Rule Brazil 2000: Oct Sun>=8 0:00 in Recife, Oct 15 0:00 back: the nearest two changes on record.
    'two changes within a week in Recife',
    'America/Recife',
    '0 0 * * SUN',
    ['2000-10-02T00:00Z', '2000-10-17T00:00Z'],
    ['2000-10-08T03:00Z', '2000-10-15T03:00Z'],
  ],
];

describe('A day never loses its run and never has it twice', () => {
  it.each(DAILY)('%s', (_what, zone, expression, around, due) => {
    expect(named(expression, zone, around)).toEqual(due);
  });
});

describe('Asked in the midst of a repeated hour, a fixed expression', () => {
  // 2185-11-06T09:08:16Z is a multiple of 2^25 s: zones are read in blocks of that length.
  it.each([
    ['America/New_York', '2026-11-01T06:00Z', '2026-11-02T06:30Z'],
    ['America/New_York', '2026-11-01T06:10Z', '2026-11-02T06:30Z'],
    ['America/New_York', '2026-11-01T06:59Z', '2026-11-02T06:30Z'],
    ['America/Los_Angeles', '2185-11-06T09:05Z', '2185-11-07T09:30Z'],
    ['America/Los_Angeles', '2185-11-06T09:10Z', '2185-11-07T09:30Z'],
  ])('in %s after %s knows that its run was in the first pass', (zone, after, due) => {
    const next = cronTrigger('30 1 * * *', { timeZone: zone }).next(Date.parse(after));

    expect(next).toBe(Date.parse(due));
  });
});

describe('Asked several changes of the clocks before, a fixed expression', () => {
  // europe, Rule EU 1981 max: Mar lastSun 1:00u; Rule EU 1996 max: Oct lastSun 1:00u. The others stand above.
  it.each([
    ['30 2 29 3 *', 'Europe/Paris', '2024-06-01T00:00Z', '2025-03-29T01:30Z'],
    ['30 2 29 3 *', 'Europe/Paris', '2025-04-01T00:00Z', '2026-03-29T01:00Z'],
    ['30 2 25 10 *', 'Europe/Paris', '2025-11-01T00:00Z', '2026-10-25T00:30Z'],
    ['45 1 5 4 *', 'Australia/Lord_Howe', '2025-05-01T00:00Z', '2026-04-04T14:45Z'],
    ['30 1 1 11 *', 'America/New_York', '2025-12-01T00:00Z', '2026-11-01T05:30Z'],
    ['0 0 30 12 *', 'Pacific/Apia', '2011-01-01T00:00Z', '2011-12-30T10:00Z'],
  ])(
    '%s in %s after %s is due at its first pass or at the end of its gap',
    (expression, zone, after, due) => {
      expect(cronTrigger(expression, { timeZone: zone }).next(Date.parse(after))).toBe(Date.parse(due));
    },
  );
});

describe('Offsets that are no whole minutes', () => {
  // africa, Zone Africa/Monrovia: -0:44:30 until 1972 Jan 7, then 0:00: local times from 0:00:00 to 0:44:29 are missing.
  it.each([
    ['59 59 23 * * *', ['1972-01-06T00:44:29Z', '1972-01-07T00:44:29Z', '1972-01-07T23:59:59Z']],
    ['10 0 0 * * *', ['1972-01-06T00:44:40Z', '1972-01-07T00:44:30Z', '1972-01-08T00:00:10Z']],
    ['0 45 0 * * *', ['1972-01-06T01:29:30Z', '1972-01-07T00:45Z', '1972-01-08T00:45Z']],
  ])('%s in Monrovia is exact to the second', (expression, due) => {
    expect(named(expression, 'Africa/Monrovia', ['1972-01-06T00:00Z', '1972-01-08T01:00Z'])).toEqual(due);
  });
});
