import { inspect } from 'node:util';

/** A value as an error message shows it: on one line and never long. */
export function show(value: unknown): string {
  if (typeof value === 'function') {
    const kind = isClass(value) ? 'class' : 'function';
    return value.name ? `the ${kind} ${value.name}` : `a ${kind}`;
  }
  if (value instanceof Error) return cut(`${value.name}: ${value.message}`);
  return cut(inspect(value, { depth: 1, breakLength: Infinity, maxStringLength: 80, maxArrayLength: 5 }));
}

const LONGEST_SHOWN = 200;

function cut(text: string): string {
  const line = text.replaceAll(/\s*\n\s*/g, ' ');
  return line.length <= LONGEST_SHOWN ? line : `${line.slice(0, LONGEST_SHOWN)}…`;
}

/** Whether a function was written as a class. */
export function isClass(value: Function): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}

/** ` Did you mean 'x'?` for the known word nearest to `word`; empty when none is near. */
export function suggestion(word: string, known: Iterable<string>): string {
  return didYouMean(nearest(word, known));
}

/** The same for a word that is found already. */
export function didYouMean(word: string | undefined): string {
  return word === undefined ? '' : ` Did you mean ${show(word)}?`;
}

/** The known word that differs in fewest letters, the first of equals; `undefined` when all differ in many. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let found: string | undefined;
  let least = mostDiffering(word) + 1;
  for (const candidate of known) {
    if (Math.abs(word.length - candidate.length) >= least) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least && distance < Math.max(word.length, candidate.length))
      [found, least] = [candidate, distance];
  }
  return found;
}

/** With two of four letters changed, any short word is like any other. */
function mostDiffering({ length }: string): number {
  return length <= 4 ? 1 : Math.max(2, Math.floor(length / 3));
}

/** Levenshtein's distance, one row at a time; two neighbours that changed places are one mistake. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  let above: readonly number[] = [];
  for (let i = 1; i <= a.length; i++) {
    const twoAbove = above;
    above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? twoAbove[j - 2]! + 1 : Infinity;
      row.push(Math.min(substitution, above[j]! + 1, row[j - 1]! + 1, swap));
    }
  }
  return row[b.length]!;
}
