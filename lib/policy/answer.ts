/**
 * What a user's function answered, which has to be at once: a promise comes too late to count.
 *
 * @param name the function, for the error: `retryIf`.
 * @throws {TypeError} for a promise.
 */
export function answeredAtOnce<T>(answer: T, name: string): T {
  if (typeof (answer as PromiseLike<unknown> | null | undefined)?.then !== 'function') return answer;
  // What it says, or fails with, is told to nobody else.
  Promise.resolve(answer).catch(() => undefined);
  throw new TypeError(`${name} has to answer at once, and gave a Promise.`);
}
