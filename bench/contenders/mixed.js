/**
 * Expressions of which no two are the same, in 30 zones, all due each second for the next hours: each leaves out one
 * minute, hour, day and month, none of which is near now in its zone.
 */
const ZONES = `
  UTC Europe/London Europe/Paris Europe/Berlin Europe/Madrid Europe/Athens Europe/Moscow
  America/New_York America/Chicago America/Denver America/Los_Angeles America/Sao_Paulo
  America/Halifax America/St_Johns America/Bogota America/Anchorage Pacific/Honolulu Pacific/Auckland
  Australia/Sydney Australia/Adelaide Australia/Lord_Howe Asia/Tokyo Asia/Shanghai Asia/Kolkata
  Asia/Kathmandu Asia/Dubai Asia/Tehran Asia/Singapore Africa/Cairo Africa/Lagos
`
  .trim()
  .split(/\s+/);

/** Of each field: its least and greatest value, and how many values before and after now are never left out. */
const FIELDS = {
  minute: { from: 0, to: 59, near: 10 },
  hour: { from: 0, to: 23, near: 2 },
  day: { from: 1, to: 31, near: 2 },
  month: { from: 1, to: 12, near: 2 },
};

/** @returns {{ cron: string, timeZone: string }[]} */
export function mixedSchedules(tasks) {
  const now = new Date();
  const here = ZONES.map(timeZone => localTime(now, timeZone));
  const schedules = new Map();
  for (let i = 0; schedules.size < tasks; i++) {
    const cron = expression(i, here[i % ZONES.length]);
    if (!schedules.has(cron)) schedules.set(cron, { cron, timeZone: ZONES[i % ZONES.length] });
  }
  return [...schedules.values()];
}

/** `i` says which values are left out: its digits, one for each field. */
function expression(i, local) {
  let digits = i;
  const lists = Object.entries(FIELDS).map(([field, { from, to, near }]) => {
    const values = to - from + 1;
    const choices = values - 2 * near - 1;
    const leftOut = from + ((local[field] - from + near + 1 + (digits % choices)) % values);
    digits = Math.floor(digits / choices);
    return allBut(leftOut, from, to);
  });
  return `* ${lists.join(' ')} *`;
}

function allBut(value, from, to) {
  const span = (first, last) => (first > last ? [] : [first === last ? `${first}` : `${first}-${last}`]);
  return [...span(from, value - 1), ...span(value + 1, to)].join(',');
}

function localTime(date, timeZone) {
  const numeric = 'numeric';
  const options = {
    timeZone,
    hourCycle: 'h23',
    month: numeric,
    day: numeric,
    hour: numeric,
    minute: numeric,
  };
  const parts = new Intl.DateTimeFormat('en', options).formatToParts(date);
  return Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
}
