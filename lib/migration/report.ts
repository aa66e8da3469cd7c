import { relative, resolve } from 'node:path';
import { applied, type Edit, type Remark, type Rewriting } from '../source/rewriting.js';

/** In which text the lines of places are counted. */
export type Counted = 'before' | 'after';

/** What is left to a person, and what behaves otherwise, place by place. */
export function report(rewritings: readonly Rewriting[], counted: Counted): string {
  const left = remarksOf(rewritings, 'left', counted);
  const changed = remarksOf(rewritings, 'changed', counted);
  const files = rewritings.filter(({ edits }) => edits.length > 0).length;
  return [
    `${counted === 'before' ? 'To be rewritten' : 'Rewritten'}: ${files} ${files === 1 ? 'file' : 'files'}\n`,
    section('Left to you', left),
    section('Rewritten, and behaves otherwise now', changed),
  ].join('');
}

/** A file's path, as it is shown. */
export function shownPath({ file }: Rewriting): string {
  return relative(process.cwd(), resolve(file.fileName));
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n${title}:\n${lines.map(line => `  ${line}\n`).join('')}`;
}

function remarksOf(rewritings: readonly Rewriting[], kind: 'left' | 'changed', counted: Counted): string[] {
  return rewritings.flatMap(rewriting => {
    const { file, edits } = rewriting;
    const lineOf = ({ position }: Remark) =>
      counted === 'before'
        ? linesIn(file.text.slice(0, position))
        : linesIn(applied(before(edits, position), file.text, 0, position));
    return rewriting[kind]
      .toSorted((a, b) => a.position - b.position)
      .map(remark => `${shownPath(rewriting)}:${lineOf(remark)}  ${remark.text}`);
  });
}

/** A place within what was replaced is where that begins. */
function before(edits: readonly Edit[], position: number): readonly Edit[] {
  return edits.filter(({ end }) => end <= position);
}

function linesIn(text: string): number {
  return text.split('\n').length;
}
