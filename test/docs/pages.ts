import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A file of the repository, by its path from the root. */
export const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** All that users and contributors read, by paths from the root. */
export const PAGES: readonly string[] = ['', 'docs', 'bench'].flatMap(folder =>
  readdirSync(join(ROOT, folder))
    .filter(file => file.endsWith('.md'))
    .map(file => join(folder, file)),
);

/** The text of a code span, without its backticks. */
export const bare = (cell: string) => cell.replaceAll('`', '');

/** The rows of the tables below a heading, cell by cell, without the two lines of the head. */
export function rowsOf(section: string): readonly (readonly string[])[] {
  const rows = section.split('\n').filter(line => line.startsWith('|'));
  const heads = rows.flatMap((row, i) => (/^\|[\s:|-]+\|$/.test(row) ? [i - 1, i] : []));
  return rows.filter((_, i) => !heads.includes(i)).map(cellsOf);
}

function cellsOf(row: string): readonly string[] {
  const cells = row.slice(1, -1).split(/(?<!\\)\|/);
  return cells.map(cell => cell.trim().replaceAll('\\|', '|'));
}
