/** What the next instant of a cron expression costs, and what it costs to read one, beside the peers. */
import { parseArgs } from 'node:util';
import { CronTime } from 'cron';
import { CronExpressionParser } from 'cron-parser';
import { Cron } from 'croner';
import { do_not_optimize, measure } from 'mitata';
import { cronTrigger } from '../dist/index.js';
import { median, table } from './table.js';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
/** How often the contenders take turns, after a round that makes them warm. */
const ROUNDS = values.quick ? 2 : 20;
/** For mitata: the ns that a turn takes at least, in batches of so many calls. It need not collect garbage before. */
const TURN = { min_cpu_time: values.quick ? 4e7 : 1e8, min_samples: 5, batch_samples: 128, gc: false };

/** The short form has time for some of them. */
const EXPRESSIONS = values.quick
  ? ['*/10 * * * *', '0 9 * * 1-5']
  : ['* * * * * *', '*/10 * * * *', '0 0 * * *', '0 9 * * 1-5', '0 0 29 2 *'];
const ZONES = values.quick ? ['America/New_York'] : ['UTC', 'America/New_York'];
/** Reading is measured without a zone too: there cron-parser does not go to `Intl` for one, and is much faster. */
const READ_ZONES = [undefined, ...ZONES];

/** How many times faster than croner the next instant is to be found. */
const NEXT_GOAL = 50;
/** Reading an expression may take 20 % longer than in cron-parser. */
const READ_GOAL = 1 / 1.2;
/** A measurement is noisy: only less than half of its goal is a failure. */
const TOLERANCE = 0.5;

/** The walk begins anew after five years, for `cron` looks no further than eight years from now. */
const START = Date.UTC(2026, 0, 1);
const END = Date.UTC(2031, 0, 1);

/** Each reads an expression; `next` finds the instant after another, both in epoch ms. */
const CONTENDERS = {
  'nestjs-sts': {
    read: (expression, timeZone) => cronTrigger(expression, { timeZone }),
    next: trigger => at => trigger.next(at),
  },
  croner: {
    read: (expression, timezone) => new Cron(expression, { timezone }),
    next: job => at => job.nextRun(new Date(at)).getTime(),
  },
  'cron-parser': {
    // Without a zone it is given no options: an object of them costs a tenth of its parse.
    read: (expression, tz) => CronExpressionParser.parse(expression, tz ? { tz } : undefined),
    // It knows no "after": it goes on from where it is, and is sent back at the end.
    next: interval => at => {
      if (at === START) interval.reset(new Date(START));
      return interval.next().getTime();
    },
  },
  cron: {
    read: (expression, timeZone) => new CronTime(expression, timeZone),
    next: time => at => time.getNextDateFrom(new Date(at), time.timeZone).toMillis(),
  },
};

/** The short form has no time for the slowest. */
const NAMES = Object.keys(CONTENDERS).filter(name => !(values.quick && name === 'cron'));
const PEERS = NAMES.slice(1);

/**
 * What one call of each contender costs, in ns: the median over rounds in which they take turns, so that a machine which
 * is busy for a while slows all of them down alike.
 */
async function costs(makeCall) {
  const contenders = NAMES.map(name => ({ name, call: makeCall(CONTENDERS[name]), measured: [] }));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { call, measured } of contenders) measured.push((await measure(call, { ...TURN })).p50);
  }
  return Object.fromEntries(contenders.map(({ name, measured }) => [name, median(measured.slice(1))]));
}

/** Goes on from instant to instant, so that all hours and seasons have their share. */
function walk(next) {
  let at = START;
  return () => {
    at = next(at);
    if (at > END) at = START;
    return at;
  };
}

const missed = [];

/** Whether a goal is missed by more than half. */
function isMissed(byName, { of, goal }) {
  return byName[of] / byName['nestjs-sts'] < goal * TOLERANCE;
}

/** One line of a table: what each costs, and how many times more than ours. */
function row(title, byName, { of, goal }) {
  const own = byName['nestjs-sts'];
  const ratio = name => byName[name] / own;
  if (isMissed(byName, { of, goal }))
    missed.push(`${title}: ${times(ratio(of))} of ${of}, the goal is ${times(goal)}`);
  const peers = PEERS.map(name => `${micros(byName[name])} (${times(ratio(name))})`);
  return [title, micros(own), ...peers];
}

const micros = ns => `${(ns / 1000).toLocaleString('en', { maximumSignificantDigits: 3 })} µs`;
const times = ratio => `${ratio < 10 ? ratio.toFixed(2) : Math.round(ratio)} ×`;

/** The rows of a table: each expression in each zone. */
async function rows(zones, makeCallIn, target) {
  const pairs = zones.flatMap(timeZone => EXPRESSIONS.map(expression => ({ expression, timeZone })));
  const rows = [];
  for (const { expression, timeZone } of pairs) {
    const title = `\`${expression}\` ${timeZone ? `in ${timeZone}` : 'without a zone'}`;
    console.error(title);
    const call = makeCallIn(expression, timeZone);
    const measured = await costs(call);
    // A machine that was busy is asked once more before it is believed.
    rows.push(row(title, isMissed(measured, target) ? await costs(call) : measured, target));
  }
  return rows;
}

const nextOf =
  (expression, timeZone) =>
  ({ read, next }) =>
    walk(next(read(expression, timeZone)));
const readingOf =
  (expression, timeZone) =>
  ({ read }) =>
  () =>
    do_not_optimize(read(expression, timeZone));
const nextRows = await rows(ZONES, nextOf, { of: 'croner', goal: NEXT_GOAL });
const readRows = await rows(READ_ZONES, readingOf, { of: 'cron-parser', goal: READ_GOAL });

console.log(table(['next instant', ...NAMES], nextRows));
console.log(`\nThe goal is ${NEXT_GOAL} × croner.\n`);
console.log(table(['reading', ...NAMES], readRows));
console.log(`\nThe goal is ${times(READ_GOAL)} cron-parser: no more than 20 % longer.`);
for (const line of missed) console.error(`cron: ${line}.`);
process.exitCode = missed.length > 0 ? 1 : 0;
