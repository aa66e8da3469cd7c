/** A date of the Gregorian calendar, which is taken to hold at all times. */
export interface CivilDate {
  /** Astronomical: 0 is 1 BC. */
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

const DAYS_IN_400_YEARS = 146_097;
/** From 0000-03-01, where a cycle of 400 years begins, to 1970-01-01. */
const EPOCH = 719_468;

/**
 * The date of a day counted from 1970-01-01.
 *
 * By Howard Hinnant's `civil_from_days`: years begin in March, so that the leap day is the last of its year.
 */
export function civilDate(epochDay: number): CivilDate {
  const cycle = Math.floor((epochDay + EPOCH) / DAYS_IN_400_YEARS);
  const dayOfCycle = epochDay + EPOCH - cycle * DAYS_IN_400_YEARS;
  const leapDays = div(dayOfCycle, 1460) - div(dayOfCycle, 36_524) + div(dayOfCycle, 146_096);
  const yearOfCycle = div(dayOfCycle - leapDays, 365);
  const dayOfYear = dayOfCycle - (365 * yearOfCycle + div(yearOfCycle, 4) - div(yearOfCycle, 100));
  const monthFromMarch = div(5 * dayOfYear + 2, 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - div(153 * monthFromMarch + 2, 5) + 1,
  };
}

/** The first day of a month, counted from 1970-01-01: Hinnant's `days_from_civil`. */
export function firstOfMonth(year: number, month: number): number {
  const yearFromMarch = month <= 2 ? year - 1 : year;
  const cycle = Math.floor(yearFromMarch / 400);
  const yearOfCycle = yearFromMarch - cycle * 400;
  const dayOfYear = div(153 * (month > 2 ? month - 3 : month + 9) + 2, 5);
  const dayOfCycle = 365 * yearOfCycle + div(yearOfCycle, 4) - div(yearOfCycle, 100) + dayOfYear;
  return cycle * DAYS_IN_400_YEARS + dayOfCycle - EPOCH;
}

/** How many days a month has. */
export function monthLength(year: number, month: number): number {
  if (month !== 2) return 30 + ((month + (month >> 3)) & 1);
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return isLeap ? 29 : 28;
}

/** 0 is Sunday; 1970-01-01 was a Thursday. */
export function weekday(epochDay: number): number {
  return ((epochDay % 7) + 11) % 7;
}

/** Divides numbers of 0 or more that fit into 32 bits. */
function div(a: number, b: number): number {
  return (a / b) | 0;
}
