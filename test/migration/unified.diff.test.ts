import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../lib/migration/unified.diff.js';

describe('a unified diff', () => {
  it.each([
    {
      is: 'a line at the end, without a line break',
      from: 'a\nb',
      old: 'b',
      now: 'c',
      hunk: '@@ -1,2 +1,2 @@\n a\n-b\n+c',
    },
    { is: 'a line that goes', from: 'a\nb\nc\n', old: 'b\n', now: '', hunk: '@@ -1,3 +1,2 @@\n a\n-b\n c' },
    { is: 'a line that comes', from: 'a\nc\n', old: 'c', now: 'b\nc', hunk: '@@ -1,2 +1,3 @@\n a\n+b\n c' },
  ])('shows $is', ({ from, old, now, hunk }) => {
    const start = from.indexOf(old);

    const diff = unifiedDiff('file.ts', from, [{ start, end: start + old.length, text: now }]);

    expect(diff).toBe(`--- a/file.ts\n+++ b/file.ts\n${hunk}\n`);
  });

  it('shows edits that are far apart as hunks, whose lines are counted in either text', () => {
    const lines = Array.from({ length: 20 }, (_, i) => `line ${i}`);
    const text = `${lines.join('\n')}\n`;
    const first = text.indexOf('line 1\n');
    const last = text.indexOf('line 18\n');

    const diff = unifiedDiff('file.ts', text, [
      { start: first, end: first + 7, text: '' },
      { start: last, end: last + 7, text: 'another' },
    ]);

    expect(diff.match(/^@@.*@@$/gm)).toEqual(['@@ -1,5 +1,4 @@', '@@ -16,5 +15,5 @@']);
  });
});
