import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startNode } from '../process/child.js';

/** What a fixture prints, run with a garbage collector that it can call. */
async function linesOf(fixture: string): Promise<readonly string[]> {
  const path = fileURLToPath(new URL(`fixtures/${fixture}`, import.meta.url));
  const child = startNode(['--expose-gc', path]);
  onTestFinished(() => child.kill('SIGKILL'));
  expect(await child.end(110_000)).toEqual({ code: 0, signal: null });
  return child.lines();
}

const numberIn = (line: string | undefined) => Number(/\d+/.exec(line ?? '')?.[0]);

describe('the heap', { timeout: 120_000 }, () => {
  it('keeps none of the instances that 22,000 runs of a scoped task had', async () => {
    const [alive, grown] = (await linesOf('scoped.js')).slice(-2);

    // 20,000 of them, with their contexts, would be 220 MB. The last call may still have the last of them.
    expect(numberIn(alive)).toBeLessThan(5);
    expect(numberIn(grown)).toBeLessThan(5_000);
  });

  it('stays flat when 200 apps are created and closed', async () => {
    // Nest itself keeps some 2 KB of each app: 500 KB.
    expect(numberIn((await linesOf('apps.js')).at(-1))).toBeLessThan(2_000);
  });
});
