import { toString as cronInWords } from 'cronstrue';

/** A rule as text, in words. */
export interface RuleWords {
  /** Such as `At 00:00`; the rule itself when nobody has words for it. */
  readonly words: string;
  /** The rule as it is written, without its zone: `0 0 * * *`. */
  readonly rule: string;
  readonly zone: string | null;
}

const BOUNDS = /^(.*?)((?: from \S+)?(?: until \S+)?)$/s;
const CRON = /^cron (.+) \(([^()]+)\)$/s;
const EVERY = /^every (\S+)(?: offset (\S+))?$/;
const AT = /^at (\d{4}-\S+Z)/;

/** Reads what a trigger says of itself: `every 10s`, `cron 0 0 * * * (Europe/Paris) from … until …`, `at …`. */
export function ruleInWords(text: string): RuleWords {
  const [, core = text, bounds = ''] = BOUNDS.exec(text) ?? [];
  const { words, rule, zone } = coreInWords(core);
  return { words: words + boundsInWords(bounds), rule: rule + bounds, zone };
}

function coreInWords(core: string): RuleWords {
  const cron = CRON.exec(core);
  if (cron !== null) return { words: cronWords(cron[1]!), rule: cron[1]!, zone: cron[2]! };
  const every = EVERY.exec(core);
  if (every !== null) return { words: everyWords(every[1]!, every[2]), rule: core, zone: null };
  const at = AT.exec(core);
  if (at !== null) return { words: `Once, at ${readable(at[1]!)} UTC`, rule: core, zone: null };
  return { words: capital(core), rule: core, zone: null };
}

/** The grammar has more than the library knows: what it refuses stays as it is. */
function cronWords(expression: string): string {
  try {
    return cronInWords(expression, { use24HourTimeFormat: true, throwExceptionOnParseError: true });
  } catch {
    return expression;
  }
}

const UNITS: Readonly<Record<string, string>> = {
  ms: 'millisecond',
  s: 'second',
  m: 'minute',
  min: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
};

function everyWords(period: string, offset: string | undefined): string {
  const words = durationWords(period);
  const shift = offset === undefined ? '' : `, shifted by ${durationWords(offset)}`;
  return `Every ${words.replace(/^1 (\w+)$/, '$1')}${shift}`;
}

function durationWords(text: string): string {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([a-z]+)/gi)];
  if (parts.length === 0 || parts.some(([, , unit]) => UNITS[unit!] === undefined)) return text;
  return parts
    .map(([, count, unit]) => `${count} ${UNITS[unit!]}${Number(count) === 1 ? '' : 's'}`)
    .join(' ');
}

function boundsInWords(bounds: string): string {
  return bounds.replace(
    / (from|until) (\S+)/g,
    (_, word: string, at: string) => `, ${word} ${readable(at)} UTC`,
  );
}

/** `2026-12-24T18:00:00.000Z` without what says nothing. */
const readable = (at: string) => at.replace('T', ' ').replace(/(:00)?(\.000)?Z$/, '');

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
