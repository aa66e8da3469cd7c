import type { AttemptView, ErrorView } from '../api.views.js';

/** The same error of attempts in a row is told once. */
export interface AttemptErrors {
  readonly first: number;
  readonly last: number;
  readonly error: ErrorView;
}

export function errorsOf(ended: readonly AttemptView[]): readonly AttemptErrors[] {
  const told: AttemptErrors[] = [];
  for (const { number, error } of ended) {
    if (error === null) continue;
    const before = told.at(-1);
    if (before !== undefined && before.last === number - 1 && isSame(before.error, error)) {
      told[told.length - 1] = { ...before, last: number };
    } else {
      told.push({ first: number, last: number, error });
    }
  }
  return told;
}

const isSame = (a: ErrorView, b: ErrorView) =>
  a.name === b.name && a.message === b.message && a.stack === b.stack;
