import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PAGES, read, ROOT } from './pages.js';

interface Link {
  /** The page that has it. */
  readonly page: string;
  readonly target: string;
}

/** Code shows brackets that are no links, and `#` that are no headings. */
const prose = (page: string) => read(page).replaceAll(/^( *)```.*?^\1```$/gms, '');
const withoutCode = (text: string) => text.replaceAll(/`[^`\n]*`/g, '');

const links: readonly Link[] = PAGES.flatMap(page =>
  [...withoutCode(prose(page)).matchAll(/\]\(([^()\s]*(?:\([^()\s]*\))?[^()\s]*)\)/g)].map(([, target]) => ({
    page,
    target: target!,
  })),
);
const isOutside = ({ target }: Link) => /^\w+:/.test(target);

/** A heading's anchor, as GitHub makes it. */
function anchorsOf(page: string): ReadonlySet<string> {
  const headings = [...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading!);
  const seen = new Map<string, number>();
  return new Set(
    headings.map(heading => {
      const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
      const anchor = words.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-');
      const times = seen.get(anchor) ?? 0;
      seen.set(anchor, times + 1);
      return times === 0 ? anchor : `${anchor}-${times}`;
    }),
  );
}

/** The page that a link within the repository leads to, and the anchor on it. */
function placeOf({ page, target }: Link): readonly [path: string, anchor: string | undefined] {
  const [path, anchor] = target.split('#');
  return [path === '' ? page : join(dirname(page), path!), anchor];
}

describe('the links on the pages', () => {
  it('lead to files that are there', () => {
    const inside = links.filter(link => !isOutside(link));

    expect(inside.length).toBeGreaterThan(100);
    const lost = inside.filter(link => !existsSync(join(ROOT, placeOf(link)[0])));
    expect(lost).toEqual([]);
  });

  it('lead to headings that are there', () => {
    const anchored = links
      .filter(link => !isOutside(link) && link.target.includes('#'))
      .filter(link => placeOf(link)[0].endsWith('.md') && existsSync(join(ROOT, placeOf(link)[0])));

    expect(anchored.length).toBeGreaterThan(30);
    expect(
      anchored.filter(link => {
        const [path, anchor] = placeOf(link);
        return !anchorsOf(path).has(anchor!);
      }),
    ).toEqual([]);
  });

  it('are well-formed and of https where they lead outside, which is not asked: tests need no network', () => {
    expect(
      links.filter(isOutside).filter(({ target }) => !URL.canParse(target) || !target.startsWith('https:')),
    ).toEqual([]);
  });
});

describe('docs/ARCHITECTURE.md', () => {
  it('names source files that are there', () => {
    const sources = ['lib', 'test'].flatMap(folder =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }),
    );
    const there = new Set(sources.map(path => basename(path)));

    const named = [...read('docs/ARCHITECTURE.md').matchAll(/`([\w./-]+\.tsx?)`/g)].map(([, path]) => path!);

    expect(named.length).toBeGreaterThan(30);
    expect(named.filter(path => !there.has(basename(path)))).toEqual([]);
  });
});

describe('the index of docs/', () => {
  it('has each page once, and the README leads to it', () => {
    const listed = links.filter(({ page }) => page === 'docs/README.md').map(link => placeOf(link)[0]);
    const pages = PAGES.filter(page => page.startsWith('docs/') && page !== 'docs/README.md');

    expect(pages.filter(page => listed.filter(path => path === page).length !== 1)).toEqual([]);
    expect(links.filter(({ page }) => page === 'README.md').map(({ target }) => target)).toContain(
      'docs/README.md',
    );
  });
});
