import { describe, expect, it } from 'vitest';
import { InvalidCronError } from '../../lib/errors.js';
import { parseCron, type CronFields } from '../../lib/trigger/cron.expression.js';
import { matchingDays } from '../../lib/trigger/cron.days.js';
import { nextMember, type BitSet } from '../../lib/trigger/cron.bits.js';

function members(set: BitSet): number[] {
  return Array.from({ length: 64 }, (_, i) => i).filter(i => nextMember(set, i) === i);
}

const numbers = (bits: number) => Array.from({ length: 31 }, (_, i) => i).filter(i => (bits >> i) & 1);

/** The days that match in a month of 31 days that begins on a Sunday, unless told otherwise. */
const days = ({ days: rule }: CronFields, length = 31, firstWeekday = 0) =>
  numbers(matchingDays(rule, length, firstWeekday)).map(i => i + 1);

/** The error that a call ends with. */
function errorOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('a field', () => {
  it.each([
    ['*', range(0, 59)],
    ['?', range(0, 59)],
    ['5', [5]],
    ['05', [5]],
    ['0,30', [0, 30]],
    ['1-3', [1, 2, 3]],
    ['58-1', [58, 59, 0, 1]],
    ['7-7', [7]],
    ['*/20', [0, 20, 40]],
    ['*/1', range(0, 59)],
    ['*/60', [0]],
    ['?/30', [0, 30]],
    ['50/4', [50, 54, 58]],
    ['10-20/5', [10, 15, 20]],
    ['50-9/10', [50, 0]],
    ['1-10,5-15,7', range(1, 15)],
    ['*,5', range(0, 59)],
    ['1,1', [1]],
  ])('of minutes reads %s', (text, values) => {
    expect(members(parseCron(`${text} * * * *`).minutes)).toEqual(values.toSorted((a, b) => a - b));
  });

  it.each([
    ['22-2', [0, 1, 2, 22, 23]],
    ['22-2/2', [0, 2, 22]],
    ['20/2', [20, 22]],
  ])('of hours reads %s', (text, values) => {
    expect(members(parseCron(`0 ${text} * * *`).hours)).toEqual(values);
  });

  it.each([
    ['NOV-FEB', [1, 2, 11, 12]],
    ['jan,Jul', [1, 7]],
    ['*/3', [1, 4, 7, 10]],
    ['OCT/1', [10, 11, 12]],
    ['6-MAR/4', [2, 6, 10]],
  ])('of months reads %s', (text, values) => {
    expect(members(parseCron(`0 0 1 ${text} *`).months)).toEqual(values);
  });

  it.each([
    ['SAT-TUE', [1, 2, 3, 7]],
    ['0', [1]],
    ['7', [1]],
    ['0,7', [1]],
    ['5-7', [1, 6, 7]],
    ['7-2', [1, 2, 3]],
    ['7-7', [1]],
    ['0-7', range(1, 7)],
    ['1-7/2', [1, 2, 4, 6]],
    ['1/2', [2, 4, 6]],
    ['7/3', [1, 4, 7]],
    ['*/3', [1, 4, 7]],
    ['fri-Mon/2', [1, 6]],
  ])('of days of the week reads %s', (text, values) => {
    expect(days(parseCron(`0 0 * * ${text}`)).filter(day => day <= 7)).toEqual(values);
  });

  it.each([
    ['25-5/3', [3, 25, 28, 31]],
    ['L', [31]],
    ['l-3', [28]],
    ['L-30', [1]],
    ['15W', [16]],
    ['14W', [13]],
    ['13W', [13]],
    ['1W', [2]],
    ['LW', [31]],
    ['L-2w', [30]],
    ['1,L,20W', [1, 20, 31]],
  ])('of days of the month reads %s', (text, values) => {
    expect(days(parseCron(`0 0 ${text} * *`))).toEqual(values);
  });

  it.each([
    // length, weekday of the first day, text, day
    [30, 6, '1W', [3]],
    [30, 6, '2W', [3]],
    [31, 5, '31W', [29]],
    [28, 0, 'LW', [27]],
    [31, 4, 'LW', [30]],
    [30, 0, '31W', []],
    [28, 0, 'L-28', []],
    [28, 0, 'L-27W', [2]],
    [29, 1, '29', [29]],
    [28, 1, '29', []],
  ])('knows months of %d days that begin on weekday %d: %s', (length, firstWeekday, text, values) => {
    expect(days(parseCron(`0 0 ${text} * *`), length, firstWeekday)).toEqual(values);
  });

  it.each([
    [31, 0, '5L', [27]],
    [31, 0, 'sunl', [29]],
    [31, 0, '7L', [29]],
    [28, 2, 'TUEL', [22]],
    [31, 0, 'MON#2', [9]],
    [31, 0, '0#5', [29]],
    [28, 0, '0#5', []],
    [31, 3, 'wed#1,FRI', [1, 3, 10, 17, 24, 31]],
  ])(
    'knows weeks of months of %d days that begin on weekday %d: %s',
    (length, firstWeekday, text, values) => {
      expect(days(parseCron(`0 0 * * ${text}`), length, firstWeekday)).toEqual(values);
    },
  );
});

describe('day of the month and day of the week', () => {
  it.each([
    ['0 0 13 * FRI', [6, 13, 20, 27]],
    ['0 0 L * MON#1', [2, 31]],
    ['0 0 */15 * SUN', [1, 8, 15, 16, 22, 29, 31]],
    // Listing all days is a restriction, and so either matches, as in Vixie's cron.
    ['0 0 1-31 * MON', range(1, 31)],
    // A star is none, not even with a step of one or within a list.
    ['0 0 * * MON', [2, 9, 16, 23, 30]],
    ['0 0 ? * MON', [2, 9, 16, 23, 30]],
    ['0 0 */1 * MON', [2, 9, 16, 23, 30]],
    ['0 0 *,L * MON', [2, 9, 16, 23, 30]],
    ['0 0 1 * ?', [1]],
    ['0 0 1 * *,5L', [1]],
    ['0 0 L * *', [31]],
    ['0 0 * * *', range(1, 31)],
  ])('%s', (expression, matching) => {
    expect(days(parseCron(expression))).toEqual(matching);
  });
});

describe('an expression', () => {
  it('has the second first when it has six fields, and runs at second 0 when it has five', () => {
    expect(members(parseCron('7 8 9 * * *').seconds)).toEqual([7]);
    expect(members(parseCron('8 9 * * *').seconds)).toEqual([0]);
  });

  it('may be parted by any white space', () => {
    expect(parseCron('\t 0  9\t* *   MON-FRI \n').text).toBe('0 9 * * MON-FRI');
  });

  it.each([
    ['@yearly', '0 0 1 1 *'],
    ['@annually', '0 0 1 1 *'],
    ['@monthly', '0 0 1 * *'],
    ['@weekly', '0 0 * * 0'],
    ['@daily', '0 0 * * *'],
    ['@midnight', '0 0 * * *'],
    ['@hourly', '0 * * * *'],
    ['@every_minute', '* * * * *'],
    ['@every_second', '* * * * * *'],
    [' @Daily ', '0 0 * * *'],
  ])('%s stands for %s', (alias, expression) => {
    expect(parseCron(alias)).toEqual(parseCron(expression));
  });

  it.each([
    ['0 0 1,2 * *', false],
    ['0 H H * *', false],
    ['0 H(0-5) * * *', false],
    ['0 * * * *', true],
    ['0 ? * * *', true],
    ['0 1-2 * * *', true],
    ['0 1,5/6 * * *', true],
    ['0 H/6 * * *', true],
    ['*/2 0 1 * * *', true],
    ['0 0 */2 */2 MON-FRI', false],
  ])('%s: interval-like is %s', (expression, isIntervalLike) => {
    expect(parseCron(expression, 'task').isIntervalLike).toBe(isIntervalLike);
  });
});

describe('H', () => {
  it('has values that no version may change', () => {
    expect(parseCron('H H H H H H', 'ReportTasks.nightly').text).toBe('8 18 18 21 9 2');
    expect(parseCron('H/15 H(0-5) H(10-20)/3 * H(MON-FRI)', 'ReportTasks.nightly').text).toBe(
      '3-59/15 0 10-20/3 * 3',
    );
  });

  it('differs from task to task, and fills its range', () => {
    const minutes = range(1, 2000).map(i =>
      Number(parseCron('H * * * *', `Tasks.method${i}`).text.split(' ')[0]),
    );

    expect(new Set(minutes).size).toBe(60);
    expect(
      Math.min(...range(0, 59).map(minute => minutes.filter(each => each === minute).length)),
    ).toBeGreaterThan(12);
  });

  it('stays within what each month has', () => {
    const monthDays = range(1, 500).map(i => Number(parseCron('0 0 H * *', `task ${i}`).text.split(' ')[2]));

    expect(Math.max(...monthDays)).toBe(28);
    expect(Math.min(...monthDays)).toBe(1);
  });

  it('begins a step at one of its first values', () => {
    for (const i of range(1, 50)) {
      const { minutes } = parseCron('H/15 * * * *', `task ${i}`);
      expect(members(minutes)).toHaveLength(4);
      expect(members(minutes)[3]! - members(minutes)[0]!).toBe(45);
    }
  });

  it('is refused without a seed, for all tasks would have the same values', () => {
    expect(() => parseCron('H 0 * * *')).toThrow(
      "cronTrigger expects an expression without H, or a hashSeed, got 'H 0 * * *'. Give a hashSeed, such as the task's name, that H is to be spread by.",
    );
  });
});

describe('what is outside the grammar is refused with the field, what it allows, and what came:', () => {
  const MINUTES = 'minutes within 0-59';
  const HOURS = 'hours within 0-23';
  const DAYS = 'days of the month within 1-31';
  const MONTHS = 'months within 1-12 or JAN-DEC';
  const WEEK = 'days of the week within 0-7 or SUN-SAT';
  it.each([
    ['60 * * * *', MINUTES, '60'],
    ['60 0 0 * * *', 'seconds within 0-59', '60'],
    ['0 25 * * *', HOURS, '25'],
    ['0 24 * * *', HOURS, '24'],
    ['0 0 0 * *', DAYS, '0'],
    ['0 0 32 * *', DAYS, '32'],
    ['0 0 1 0 *', MONTHS, '0'],
    ['0 0 1 13 *', MONTHS, '13'],
    ['0 0 * * 8', WEEK, '8'],
    ['1/0 * * * *', MINUTES, '1/0', ' Its step may be 1-60.'],
    ['*/61 * * * *', MINUTES, '*/61', ' Its step may be 1-60.'],
    ['*/0 * * * *', MINUTES, '*/0', ' Its step may be 1-60.'],
    ['0 0 * * */8', WEEK, '*/8', ' Its step may be 1-7.'],
    ['H(0-9)/11 * * * *', MINUTES, 'H(0-9)/11', ' Its step may be 1-10.'],
    ['H(9-0) * * * *', MINUTES, 'H(9-0)', ' The bounds of H() ascend.'],
    ['H(0-60) * * * *', MINUTES, 'H(0-60)'],
    ['H( * * * *', MINUTES, 'H('],
    ['5- * * * *', MINUTES, '5-'],
    ['-5 * * * *', MINUTES, '-5'],
    ['1-2-3 * * * *', MINUTES, '1-2-3'],
    ['1/2/3 * * * *', MINUTES, '1/2/3'],
    ['*-5 * * * *', MINUTES, '*-5'],
    ['5* * * * *', MINUTES, '5*'],
    ['** * * * *', MINUTES, '**'],
    ['/5 * * * *', MINUTES, '/5'],
    ['5/ * * * *', MINUTES, '5/'],
    ['*/-5 * * * *', MINUTES, '*/-5'],
    ['*/1.5 * * * *', MINUTES, '*/1.5'],
    [',1 * * * *', MINUTES, ''],
    ['1, * * * *', MINUTES, ''],
    ['1,,2 * * * *', MINUTES, ''],
    ['1e1 * * * *', MINUTES, '1e1'],
    ['0x5 * * * *', MINUTES, '0x5'],
    ['+5 * * * *', MINUTES, '+5'],
    ['1.5 * * * *', MINUTES, '1.5'],
    ['five * * * *', MINUTES, 'five'],
    ['٣ * * * *', MINUTES, '٣'],
    ['L * * * *', MINUTES, 'L'],
    ['0 15W * * *', HOURS, '15W'],
    ['0 0 * 15W *', MONTHS, '15W'],
    ['0 0 * * 3W', WEEK, '3W'],
    ['0 0 * * L', WEEK, 'L'],
    ['0 0 * * LW', WEEK, 'LW'],
    ['0 0 * * 8L', WEEK, '8L'],
    ['0 0 32W * *', DAYS, '32W'],
    ['0 0 0W * *', DAYS, '0W'],
    ['0 0 W * *', DAYS, 'W'],
    ['0 0 1-5W * *', DAYS, '1-5W'],
    ['0 0 L-31 * *', DAYS, 'L-31', ' L-30 is the earliest day counted from the end.'],
    ['0 0 L-0 * *', DAYS, 'L-0'],
    ['0 0 L-99W * *', DAYS, 'L-99W'],
    ['0 0 L/2 * *', DAYS, 'L/2'],
    ['0 0 5L * *', DAYS, '5L'],
    ['0 0 MON#2 * *', DAYS, 'MON#2'],
    ['0 0 * * MON#6', WEEK, 'MON#6', ' After # stands the week, within 1-5.'],
    ['0 0 * * MON#0', WEEK, 'MON#0', ' After # stands the week, within 1-5.'],
    ['0 0 * * MON#', WEEK, 'MON#', ' After # stands the week, within 1-5.'],
    ['0 0 * * #2', WEEK, '#2'],
    ['0 0 * * MON#1-2', WEEK, 'MON#1-2'],
    ['0 0 * * MONDAY', WEEK, 'MONDAY', ' Shorten the name to MON.'],
    ['0 0 1 january *', MONTHS, 'january', ' Shorten the name to JAN.'],
    ['0 0 1 MON *', MONTHS, 'MON'],
    ['0 0 * * JAN', WEEK, 'JAN'],
  ])('%s', (expression, expected, got, remedy = '') => {
    const error = errorOf(() => parseCron(expression, 'task'));

    expect(error).toBeInstanceOf(InvalidCronError);
    expect(error).toHaveProperty('message', `cronTrigger expects ${expected}, got '${got}'.${remedy}`);
  });

  it.each([
    ['', "''."],
    ['   ', "'   '."],
    ['*', "'*'. It has 1."],
    ['* * * *', "'* * * *'. It has 4."],
    ['* * * * * * *', "'* * * * * * *'. It has 7."],
    [undefined, 'undefined.'],
    [5, '5.'],
    [['*'], "[ '*' ]."],
  ])('%j', (expression, got) => {
    const expected = "5 fields (minute first) or 6 (second first), such as '0 9 * * 1-5'";

    const error = errorOf(() => parseCron(expression as string));

    expect(error).toBeInstanceOf(InvalidCronError);
    expect(error).toHaveProperty('message', `cronTrigger expects ${expected}, got ${got}`);
  });

  it('more than 1,024 characters', () => {
    expect(() => parseCron(`${'0,'.repeat(508)}0 * * * *`)).toThrow(
      'Shorten it to 1024 characters: it has 1025.',
    );
    expect(() => parseCron(`${'0,'.repeat(507)}00 * * * *`)).not.toThrow();
  });

  it('an unknown alias, with the one that is like it', () => {
    expect(() => parseCron('@minutely')).toThrow(InvalidCronError);
    expect(() => parseCron('@dayly')).toThrow("got '@dayly'. Did you mean '@daily'?");
  });
});

describe('what can never fire is refused:', () => {
  it.each([
    '0 0 30 2 *',
    '0 0 31 2,4,6,9,11 *',
    '0 0 31W 4 *',
    '0 0 L-29 2 *',
    '0 0 30,31 2 ?',
    '0 0 30 2 */1',
  ])('%s', expression => {
    expect(() => parseCron(expression)).toThrow(InvalidCronError);
    expect(() => parseCron(expression)).toThrow('it would never fire');
  });

  it.each(['0 0 29 2 *', '0 0 31 2,3 *', '0 0 30 2 MON', '0 0 31,L 2 *', '0 0 L-28 2 *', '0 0 * 2 MON#5'])(
    'but not %s',
    expression => {
      expect(() => parseCron(expression)).not.toThrow();
    },
  );
});

describe('a hostile expression is refused or read within 10 ms:', () => {
  it.each([
    ['20,000 stars', '*'.repeat(20_000)],
    ['20,000 fields', '* '.repeat(10_000)],
    ['20,000 spaces', `${' '.repeat(20_000)}* * * * *`],
    ['20,000 spaces between', `*${' '.repeat(20_000)}* * * *`],
    ['20,000 digits', `${'9'.repeat(20_000)} * * * *`],
    ['1,000 digits', `${'9'.repeat(1000)} * * * *`],
    ['1,000 digits of a step', `*/${'9'.repeat(1000)} * * * *`],
    ['1,000 zeros', `${'0'.repeat(1000)} * * * *`],
    ['a list of 500', `${'1,'.repeat(499)}1 * * * *`],
    ['a list of 250 ranges', `${'0-59,'.repeat(199)}* * * * *`],
    ['nested lists', `${'(1,'.repeat(300)}1${')'.repeat(100)} * * * *`],
    ['nested hashes', `${'H('.repeat(300)}1 * * * *`],
    ['1,000 dashes', `${'1-'.repeat(500)}1 * * * *`],
    ['1,000 slashes', `*${'/1'.repeat(500)} * * * *`],
    ['a long alias', `@${'a'.repeat(1000)}`],
    ['days that never are', `0 0 ${'31,'.repeat(300)}31 2 *`],
  ])('%s', (_what, expression) => {
    const read = () => errorOf(() => parseCron(expression, 'task'));
    const took = Array.from({ length: 3 }, () => {
      const start = performance.now();
      read();
      return performance.now() - start;
    });
    const error = read();

    // The least of three, for the computer may be busy.
    expect(Math.min(...took)).toBeLessThan(10);
    if (error !== undefined) expect(error).toBeInstanceOf(InvalidCronError);
    expect(`${error}`.length).toBeLessThan(500);
  });
});
