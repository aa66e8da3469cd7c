import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startNode } from '../process/child.js';

describe('the memory of a run store', { timeout: 120_000 }, () => {
  it('stays flat over many runs, within both bounds', async () => {
    const path = fileURLToPath(new URL('fixtures/heap.js', import.meta.url));
    const child = startNode(['--expose-gc', path]);
    onTestFinished(() => child.kill('SIGKILL'));

    expect(await child.end(110_000)).toEqual({ code: 0, signal: null });
    const grownKb = Number(/\d+/.exec(child.lines().at(-1)!)![0]);

    // 400,000 runs at some 800 bytes each would be 320 MB.
    expect(grownKb).toBeLessThan(20_000);
  });
});
