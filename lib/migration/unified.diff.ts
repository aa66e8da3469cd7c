import { applied, type Edit } from '../source/rewriting.js';

/** Lines that stay, around those that do not. */
const CONTEXT = 3;

/** Lines of the old text, from `start` on and before `end`, that others take the place of. */
interface Change {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

/** What edits do to a file, as `diff -u` shows it. */
export function unifiedDiff(path: string, text: string, edits: readonly Edit[]): string {
  const old = linesOf(text);
  const changes = changesIn(text, edits);
  let shift = 0;
  const hunks = hunksOf(changes).map(hunk => {
    const start = Math.max(hunk[0]!.start - CONTEXT, 0);
    const end = Math.min(hunk.at(-1)!.end + CONTEXT, old.length);
    const added = hunk.reduce((sum, { lines }) => sum + lines.length, 0);
    const removed = hunk.reduce((sum, change) => sum + change.end - change.start, 0);
    const lines: string[] = [];
    let at = start;
    for (const change of hunk) {
      lines.push(...old.slice(at, change.start).map(line => ` ${line}`));
      lines.push(...old.slice(change.start, change.end).map(line => `-${line}`));
      lines.push(...change.lines.map(line => `+${line}`));
      at = change.end;
    }
    lines.push(...old.slice(at, end).map(line => ` ${line}`));
    const size = end - start;
    const head = `@@ -${start + 1},${size} +${start + shift + 1},${size + added - removed} @@`;
    shift += added - removed;
    return [head, ...lines].join('\n');
  });
  return [`--- a/${path}`, `+++ b/${path}`, ...hunks, ''].join('\n');
}

/** Edits of one line, or of lines one after another, are one change. */
function changesIn(text: string, edits: readonly Edit[]): readonly Change[] {
  const spans: { from: number; to: number }[] = [];
  for (const { start, end } of edits) {
    const from = text.lastIndexOf('\n', start - 1) + 1;
    const to = endOfLine(Math.max(end - 1, start), text);
    const last = spans.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(to, last.to);
    else spans.push({ from, to });
  }
  return spans.map(({ from, to }) => {
    const start = linesOf(text.slice(0, from)).length;
    return trimmed(start, linesOf(text.slice(from, to)), linesOf(applied(edits, text, from, to)));
  });
}

/** Without the lines at both ends that stay as they are. */
function trimmed(start: number, old: readonly string[], lines: readonly string[]): Change {
  const shorter = Math.min(old.length, lines.length);
  let head = 0;
  while (head < shorter && old[head] === lines[head]) head++;
  let tail = 0;
  while (tail < shorter - head && old.at(-1 - tail) === lines.at(-1 - tail)) tail++;
  return {
    start: start + head,
    end: start + old.length - tail,
    lines: lines.slice(head, lines.length - tail),
  };
}

function hunksOf(changes: readonly Change[]): readonly Change[][] {
  const hunks: Change[][] = [];
  for (const change of changes) {
    const last = hunks.at(-1);
    if (last !== undefined && change.start - last.at(-1)!.end <= 2 * CONTEXT) last.push(change);
    else hunks.push([change]);
  }
  return hunks;
}

function endOfLine(position: number, text: string): number {
  const end = text.indexOf('\n', position);
  return end === -1 ? text.length : end + 1;
}

function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}
