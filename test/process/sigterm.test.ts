import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startNode, type Child } from './child.js';

function start(options: { settles: boolean }): Child {
  const path = fileURLToPath(new URL('fixtures/working.js', import.meta.url));
  const child = startNode([path, JSON.stringify(options)]);
  onTestFinished(() => child.kill('SIGKILL'));
  return child;
}

describe('SIGTERM', { timeout: 60_000 }, () => {
  it('waits for a handler that is at work', async () => {
    const child = start({ settles: true });
    await child.line(/^working$/);

    child.kill('SIGTERM');

    expect(await child.end()).toEqual({ code: 0, signal: null });
    expect(child.lines()).toContain('worked');
    await child.line(/LOG \[Sts\] .*Drained, nothing abandoned duration=\d+ms$/);
  });

  it('ends a process whose handler never settles, within the grace of its task, and names the task', async () => {
    const child = start({ settles: false });
    await child.line(/^working$/);
    const signalledAt = performance.now();

    child.kill('SIGTERM');

    expect(await child.end()).toEqual({ code: 0, signal: null });
    // A grace of 200 ms, a second to obey the abort; the default grace alone would be 10 s.
    expect(performance.now() - signalledAt).toBeLessThan(8_000);
    await child.line(/WARN \[Sts\] aborting, its grace is over task=WorkingTasks\.work /);
    await child.line(
      /FATAL \[Sts\] .*1 abandoned: WorkingTasks\.work@\d+, handlers still running: WorkingTasks\.work duration=\d+ms$/,
    );
  });
});
