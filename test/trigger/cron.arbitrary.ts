import * as fc from 'fast-check';
import type { ClockFace, KnownCron } from './cron.oracle.js';

/** Random expressions that are built together with their meaning. */

interface Field {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

/** A part of a field: its text, the values that it means, and whether it is `*`, a range or a step. */
interface Part {
  readonly text: string;
  readonly values: readonly number[];
  readonly isInterval: boolean;
}

const SIXTY: Field = { min: 0, max: 59 };
const HOURS: Field = { min: 0, max: 23 };
const DAYS: Field = { min: 1, max: 31 };
const MONTHS: Field = {
  min: 1,
  max: 12,
  names: 'JAN feb Mar APR may Jun JUL aug Sep OCT nov Dec'.split(' '),
};
const WEEK: Field = { min: 0, max: 6, names: 'SUN mon Tue WED thu Fri SAT'.split(' ') };

/** Goes from `first` up to `last`, around the field's end if need be, and keeps each `step`-th value. */
function walk(
  { min, max }: Field,
  { first, last, step }: { first: number; last: number; step: number },
): number[] {
  const all = [first];
  while (all.at(-1) !== last) all.push(all.at(-1) === max ? min : all.at(-1)! + 1);
  return all.filter((_, i) => i % step === 0);
}

const spell = ({ min, names }: Field, value: number) =>
  fc.constantFrom(`${value}`, `0${value}`, names?.[value - min] ?? `${value}`);

function part(field: Field): fc.Arbitrary<Part> {
  const { min, max } = field;
  const value = fc.integer({ min, max });
  const single = value.chain(a => spell(field, a).map(text => ({ text, values: [a], isInterval: false })));
  const range = fc.tuple(value, value, fc.integer({ min: 1, max: max - min + 1 }), fc.boolean());
  const ranges = range.chain(([first, last, n, hasStep]) =>
    fc.tuple(spell(field, first), spell(field, last)).map(([a, b]) => ({
      text: hasStep ? `${a}-${b}/${n}` : `${a}-${b}`,
      values: walk(field, { first, last, step: hasStep ? n : 1 }),
      isInterval: true,
    })),
  );
  const steps = fc
    .tuple(value, fc.integer({ min: 2, max: max - min + 1 }), fc.boolean())
    .map(([a, n, fromStar]) => ({
      text: fromStar ? `*/${n}` : `${a}/${n}`,
      values: walk(field, { first: fromStar ? min : a, last: max, step: n }),
      isInterval: true,
    }));
  return fc.oneof({ weight: 3, arbitrary: single }, { weight: 2, arbitrary: ranges }, steps);
}

function list(field: Field): fc.Arbitrary<Part> {
  return fc.array(part(field), { minLength: 1, maxLength: 3 }).map(parts => ({
    text: parts.map(each => each.text).join(','),
    values: parts.flatMap(each => each.values),
    isInterval: parts.some(each => each.isInterval),
  }));
}

const star = ({ min, max }: Field) =>
  fc.constantFrom('*', '?').map(text => ({
    text,
    values: walk({ min, max }, { first: min, last: max, step: 1 }),
    isInterval: true,
  }));

const listOrStar = (field: Field, stars: number) =>
  fc.oneof({ weight: 3, arbitrary: list(field) }, { weight: stars, arbitrary: star(field) });

/** What a day field says of dates; `null` when it is a `*`, which says nothing. */
interface DayPart {
  readonly text: string;
  readonly matches: ((face: ClockFace) => boolean) | null;
}

const dateOf = ({ year, month, day }: ClockFace) => new Date(Date.UTC(year, month - 1, day));
const weekdayOf = (face: ClockFace) => dateOf(face).getUTCDay();
const lastDayOf = ({ year, month }: ClockFace) => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** Looks at all days of the month, and takes the Monday to Friday that is least far away. */
function nearestWorkday(face: ClockFace, wanted: number): number {
  if (wanted < 1 || wanted > lastDayOf(face)) return 0;
  const workdays: number[] = [];
  for (let day = 1; day <= lastDayOf(face); day++) {
    if (![0, 6].includes(weekdayOf({ ...face, day }))) workdays.push(day);
  }
  return workdays.sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))[0]!;
}

const floatingDay: fc.Arbitrary<DayPart> = fc.oneof(
  fc.constant({ text: 'L', matches: (face: ClockFace) => face.day === lastDayOf(face) }),
  fc.constant({
    text: 'lw',
    matches: (face: ClockFace) => face.day === nearestWorkday(face, lastDayOf(face)),
  }),
  fc
    .integer({ min: 1, max: 30 })
    .map(n => ({ text: `L-${n}`, matches: (face: ClockFace) => face.day === lastDayOf(face) - n })),
  fc.integer({ min: 1, max: 30 }).map(n => ({
    text: `L-${n}W`,
    matches: (face: ClockFace) => face.day === nearestWorkday(face, lastDayOf(face) - n),
  })),
  fc
    .integer({ min: 1, max: 31 })
    .map(n => ({ text: `${n}W`, matches: (face: ClockFace) => face.day === nearestWorkday(face, n) })),
);

const floatingWeekday: fc.Arbitrary<DayPart> = fc.integer({ min: 0, max: 6 }).chain(weekday =>
  fc.oneof(
    spell(WEEK, weekday).map(text => ({
      text: `${text}L`,
      matches: (face: ClockFace) => weekdayOf(face) === weekday && face.day + 7 > lastDayOf(face),
    })),
    fc.tuple(spell(WEEK, weekday), fc.integer({ min: 1, max: 5 })).map(([text, n]) => ({
      text: `${text}#${n}`,
      matches: (face: ClockFace) => weekdayOf(face) === weekday && Math.ceil(face.day / 7) === n,
    })),
  ),
);

function days(
  field: Field,
  floating: fc.Arbitrary<DayPart>,
  valueOf: (face: ClockFace) => number,
): fc.Arbitrary<DayPart> {
  const plain = part(field).map(({ text, values }) => ({
    text,
    matches: (face: ClockFace) => values.includes(valueOf(face)),
  }));
  const lists = fc
    .array(fc.oneof({ weight: 2, arbitrary: plain }, floating), { minLength: 1, maxLength: 3 })
    .map(parts => ({
      text: parts.map(each => each.text).join(','),
      matches: (face: ClockFace) => parts.some(each => each.matches!(face)),
    }));
  return fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom('*', '?').map(text => ({ text, matches: null })) },
    lists,
  );
}

const spaces = fc.constantFrom(' ', '  ', '\t', ' \t ');

/** Expressions with minutes as their smallest unit, or with seconds; some of them can never fire. */
export function knownCron({ seconds }: { seconds: boolean }): fc.Arbitrary<KnownCron> {
  return fc
    .record({
      second: seconds ? listOrStar(SIXTY, 1) : fc.constant({ text: '', values: [0], isInterval: false }),
      minute: listOrStar(SIXTY, 1),
      hour: listOrStar(HOURS, 2),
      day: days(DAYS, floatingDay, face => face.day),
      month: listOrStar(MONTHS, 6),
      weekday: days(WEEK, floatingWeekday, weekdayOf),
      space: spaces,
    })
    .map(({ second, minute, hour, day, month, weekday, space }) => {
      const texts = [minute.text, hour.text, day.text, month.text, weekday.text];
      const [monthValues, hours] = [new Set(month.values), new Set(hour.values)];
      const [minutes, secondValues] = [new Set(minute.values), new Set(second.values)];
      const matchesDay = (face: ClockFace) =>
        day.matches && weekday.matches
          ? day.matches(face) || weekday.matches(face)
          : (day.matches ?? weekday.matches ?? (() => true))(face);
      const matchesDate = (face: ClockFace) => monthValues.has(face.month) && matchesDay(face);
      return {
        text: (seconds ? [second.text, ...texts] : texts).join(space),
        isIntervalLike: second.isInterval || minute.isInterval || hour.isInterval,
        matchesEveryHour: hours.size === 24,
        matchesDate,
        matches: face =>
          secondValues.has(face.second) &&
          minutes.has(face.minute) &&
          hours.has(face.hour) &&
          matchesDate(face),
      };
    });
}
