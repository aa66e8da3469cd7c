const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A duration in ms as a person says it, with three digits or two units: `420 ms`, `1.24 s`, `3 min 12 s`. */
export function duration(ms: number): string {
  const sign = ms < 0 ? '−' : '';
  const size = Math.abs(ms);
  if (size < 999.5) return `${sign}${size < 10 && size % 1 !== 0 ? size.toFixed(1) : Math.round(size)} ms`;
  if (size < 59_950) return `${sign}${seconds(size / SECOND)} s`;
  const whole = Math.round(size / SECOND) * SECOND;
  if (whole < HOUR) return `${sign}${two(whole, [MINUTE, 'min'], [SECOND, 's'])}`;
  if (whole < DAY) return `${sign}${two(whole, [HOUR, 'h'], [MINUTE, 'min'])}`;
  return `${sign}${two(whole, [DAY, 'd'], [HOUR, 'h'])}`;
}

/** How far an instant lies from now, in one unit: `in 3 s`, `4 min ago`, `now`. */
export function relative(at: number, now: number): string {
  const size = Math.abs(at - now);
  if (size < SECOND) return 'now';
  const text = inOneUnit(size);
  return at > now ? `in ${text}` : `${text} ago`;
}

const dayAndTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const dayAndMinute = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const minute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const second = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

/** The day and the time to the second, in the browser's zone. */
export const absolute = (at: number): string => dayAndTime.format(at);
export const clockTime = (at: number): string => minute.format(at);
export const clockSeconds = (at: number): string => second.format(at);

/** To the ms, for log lines. */
export const clockMs = (at: number): string =>
  `${second.format(at)}.${String(((at % 1000) + 1000) % 1000).padStart(3, '0')}`;

/** The time alone when it is today, else with the day. */
export function shortTime(at: number, now: number): string {
  return new Date(at).toDateString() === new Date(now).toDateString()
    ? second.format(at)
    : dayAndMinute.format(at);
}

const ISO = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** A sentence whose instants are those of the browser's clock. */
export const withLocalTimes = (text: string): string => text.replace(ISO, at => absolute(Date.parse(at)));

export const iso = (at: number): string => new Date(at).toISOString();

/** The browser's zone, such as `Europe/Paris`. */
export const localZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

function seconds(value: number): string {
  return String(Number(value.toFixed(value < 10 ? 2 : 1)));
}

function two(ms: number, [big, bigName]: [number, string], [small, smallName]: [number, string]): string {
  const all = Math.round(ms / small);
  const bigs = Math.floor((all * small) / big);
  const rest = all - (bigs * big) / small;
  return rest === 0 ? `${bigs} ${bigName}` : `${bigs} ${bigName} ${rest} ${smallName}`;
}

function inOneUnit(size: number): string {
  if (size < MINUTE) return `${Math.floor(size / SECOND)} s`;
  if (size < HOUR) return `${Math.floor(size / MINUTE)} min`;
  if (size < 2 * DAY) return `${Math.floor(size / HOUR)} h`;
  return `${Math.floor(size / DAY)} d`;
}
