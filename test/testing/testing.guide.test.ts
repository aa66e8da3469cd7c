import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** What docs/testing.md shows is what the examples do, and their tests hold. */
const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const guide = read('docs/testing.md');
const linesOf = (text: string) =>
  text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');

/** The code blocks of a section, line by line. */
function blocksOf(title: string, language: string): readonly string[][] {
  const section = guide.split(/^## /m).find(text => text.startsWith(title))!;
  return [...section.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
    .filter(([, kind]) => kind === language)
    .map(([, , code]) => linesOf(code!));
}

const example = linesOf(read('examples/testing/vitest/billing.test.ts'));

describe('the guide to testing', () => {
  it.each(['The kit', 'Simulate', 'Fire plans'])('shows in "%s" what the example does', title => {
    const [shown] = blocksOf(title, 'ts');
    // The example has these two in beforeEach() and afterEach().
    const isElsewhere = (line: string) => line.startsWith('const kit') || line === 'await kit.close();';
    const isComment = (line: string) => line.startsWith('//');

    const own = shown!.filter(line => !isElsewhere(line) && !isComment(line));
    expect(own.length).toBeGreaterThan(1);
    expect(own.filter(line => !example.includes(line))).toEqual([]);
  });

  it('shows lines of a plan that is committed', () => {
    const [plan] = blocksOf('Fire plans', '');

    expect(read('examples/testing/vitest/billing.plan.txt')).toContain(plan!.join('\n  '));
  });
});
