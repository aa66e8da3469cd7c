import { didYouMean, nearest } from './error.text.js';
import { InvalidOptionError } from './errors.js';

/** Refuses an option that is no object, or has a key that is not known. */
export function refuseUnknownKeys(options: unknown, known: readonly string[], where: string): void {
  refuseNonObject(options, where);
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw unknownKey(key, known, where);
  }
}

/** Refuses what cannot have keys: anything but an object, an array too. */
export function refuseNonObject(options: unknown, where: string, remedy?: string): asserts options is object {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return;
  throw new InvalidOptionError({ where, expected: 'an object of options', got: options, remedy });
}

/** The complaint about a key, with the one that may be meant and all that are known. */
export function unknownKey(key: string, known: readonly string[], where: string): InvalidOptionError {
  const meant = known.find(name => name === spelled(key)) ?? nearest(key, known);
  const remedy = `${didYouMean(meant)} Known options: ${known.join(', ')}.`.trim();
  return new InvalidOptionError({ where, expected: 'known options only', got: key, remedy });
}

/** What an option is called here that other libraries call otherwise. */
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['tz', 'timeZone'],
  ['zone', 'timeZone'],
  ['timezone', 'timeZone'],
  ['retries', 'retry'],
]);

/** A key as it is spelled here. */
export function spelled(key: string): string {
  return SPELLINGS.get(key.toLowerCase()) ?? key;
}
