/** What the next instant of a cron expression costs, and what it costs to read one, beside the peers. */
import { parseArgs } from 'node:util';
import { CronTime } from 'cron';
import { CronExpressionParser } from 'cron-parser';
import { Cron } from 'croner';
import { cronTrigger } from '../dist/index.js';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
/** How long each contender is measured, in ms. */
const BUDGET = values.quick ? 100 : 2000;
/** How long it runs before that, in ms: long enough to be compiled. */
const WARM_UP = values.quick ? 150 : 500;

const EXPRESSIONS = ['* * * * * *', '*/10 * * * *', '0 0 * * *', '0 9 * * 1-5', '0 0 29 2 *'];
const ZONES = ['UTC', 'America/New_York'];
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
 * What one call of each contender costs, in ns: the median over batches of about half a millisecond. They take turns,
 * so that a machine which is busy for a while slows all of them down alike.
 */
function costs(makeCall) {
  const contenders = NAMES.map(name => warmedUp(name, makeCall(CONTENDERS[name])));
  for (const end = performance.now() + BUDGET * NAMES.length; performance.now() < end;) {
    for (const { call, calls, measured } of contenders) measured.push(batch(call, calls));
  }
  const median = numbers => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
  return Object.fromEntries(contenders.map(({ name, measured }) => [name, median(measured)]));
}

function warmedUp(name, call) {
  let calls = 1;
  for (const end = performance.now() + WARM_UP; performance.now() < end;) {
    calls = Math.ceil(500_000 / batch(call, calls));
  }
  return { name, call, calls, measured: [] };
}

function batch(call, calls) {
  const start = process.hrtime.bigint();
  for (let i = 0; i < calls; i++) sink = call();
  return Number(process.hrtime.bigint() - start) / calls;
}

/** Keeps calls from being optimised away. */
export let sink;

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
  return `| ${[title, micros(own), ...peers].join(' | ')} |`;
}

const micros = ns => `${(ns / 1000).toLocaleString('en', { maximumSignificantDigits: 3 })} µs`;
const times = ratio => `${ratio < 10 ? ratio.toFixed(2) : Math.round(ratio)} ×`;

function table(head, rows) {
  return [`| ${[head, ...NAMES].join(' | ')} |`, `| --- |${' ---: |'.repeat(NAMES.length)}`, ...rows].join(
    '\n',
  );
}

/** The rows of a table: each expression in each zone. */
function rows(zones, makeCallIn, target) {
  const pairs = zones.flatMap(timeZone => EXPRESSIONS.map(expression => ({ expression, timeZone })));
  return pairs.map(({ expression, timeZone }) => {
    const title = `\`${expression}\` ${timeZone ? `in ${timeZone}` : 'without a zone'}`;
    console.error(title);
    const call = makeCallIn(expression, timeZone);
    const measured = costs(call);
    // A machine that was busy is asked once more before it is believed.
    return row(title, isMissed(measured, target) ? costs(call) : measured, target);
  });
}

const nextOf =
  (expression, timeZone) =>
  ({ read, next }) =>
    walk(next(read(expression, timeZone)));
const readingOf =
  (expression, timeZone) =>
  ({ read }) =>
  () =>
    read(expression, timeZone);
const nextRows = rows(ZONES, nextOf, { of: 'croner', goal: NEXT_GOAL });
const readRows = rows(READ_ZONES, readingOf, { of: 'cron-parser', goal: READ_GOAL });

console.log(table('next instant', nextRows));
console.log(`\nThe goal is ${NEXT_GOAL} × croner.\n`);
console.log(table('reading', readRows));
console.log(`\nThe goal is ${times(READ_GOAL)} cron-parser: no more than 20 % longer.`);
for (const line of missed) console.error(`cron: ${line}.`);
process.exitCode = missed.length > 0 ? 1 : 0;
