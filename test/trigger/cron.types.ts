import { CronExpression } from '../../lib/trigger/cron.expressions.js';
import type { CheckedCron } from '../../lib/trigger/cron.text.js';

/** What a decorator's signature makes of an expression; the compiler is the test. */
declare function cron<T extends string>(expression: CheckedCron<T>): void;
declare const text: string;
declare const minute: number;

// 5 or 6 fields, however they are parted.
cron('0 0 * * *');
cron('*/10 * * * * *');
cron('  0  0 * *   *  ');
cron('0\t0\t*\t*\t*');
cron('\t 0 0 * * MON-FRI\n');
cron('H H(0-5) L-2W JAN,MAR MON#2');

// Aliases, in any case.
cron('@daily');
cron('@Midnight');
cron('@EVERY_SECOND');

// What only run time can know.
cron(text);
cron(`${minute} 0 * * *`);
cron(text as '0 0 * * *' | '@daily');

// Constants.
cron(CronExpression.EVERY_30_SECONDS);
cron(CronExpression.MONDAY_TO_FRIDAY_AT_09_30AM);
const chosen: CronExpression = CronExpression.EVERY_WEEK;
cron(chosen);

// @ts-expect-error no field
cron('');
// @ts-expect-error no field
cron('   ');
// @ts-expect-error 1 field
cron('*');
// @ts-expect-error 3 fields
cron('* * *');
// @ts-expect-error 4 fields
cron('0 0 * *');
// @ts-expect-error 4 fields and spaces
cron(' 0  0 *  * ');
// @ts-expect-error 7 fields
cron('0 0 0 * * * 2026');
// @ts-expect-error 10 fields
cron('* * * * * * * * * *');
// @ts-expect-error unknown alias
cron('@dayly');
// @ts-expect-error unknown alias
cron('@reboot');
// @ts-expect-error an alias has no fields beside it
cron('@daily 0');
// @ts-expect-error one of the two has too few fields
cron(text as '0 0 * * *' | '0 0 * *');
// @ts-expect-error no text
cron(5);

// The message is what a reader sees in place of the type.
const tooFew: CheckedCron<'* *'> = 'A cron expression has 5 fields (minute first) or 6 (second first)';
const noAlias: CheckedCron<'@reboot'> =
  'Aliases: @yearly @annually @monthly @weekly @daily @midnight @hourly @every_minute @every_second';
export { noAlias, tooFew };
