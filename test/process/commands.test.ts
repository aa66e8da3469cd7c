import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { gone, isAlive } from '../task/processes.js';
import { startNode } from './child.js';

async function start(end: string) {
  const path = fileURLToPath(new URL('fixtures/commanding.js', import.meta.url));
  const app = startNode([path, JSON.stringify({ end })]);
  onTestFinished(() => app.kill('SIGKILL'));
  const line = await app.line(/^child pid \d+$/);
  return { app, pid: Number(/\d+/.exec(line)![0]) };
}

describe('a command that does not hear SIGTERM', { timeout: 60_000 }, () => {
  it.each([
    { end: 'process.exit()', code: 0 },
    { end: 'an exception', code: 1 },
  ])('does not outlive an app that ends by $end', async ({ end, code }) => {
    const { app, pid } = await start(end);

    expect(await app.end()).toMatchObject({ code });
    await gone(pid);
  });

  it('does not outlive an app that ends on SIGTERM', async () => {
    const { app, pid } = await start('SIGTERM');
    expect(isAlive(pid)).toBe(true);

    app.kill('SIGTERM');

    expect(await app.end()).toEqual({ code: 0, signal: null });
    await gone(pid);
  });
});
