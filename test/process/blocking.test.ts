import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startNode, type Child } from './child.js';

function start(fixture: 'idle' | 'run' | 'closing', options: object): Child {
  const path = fileURLToPath(new URL(`fixtures/${fixture}.js`, import.meta.url));
  const child = startNode([path, JSON.stringify(options)]);
  onTestFinished(() => child.kill('SIGKILL'));
  return child;
}

const tasks = [{ task: 'none' }, { task: 'due in an hour' }];

describe('blocking: true', { timeout: 60_000 }, () => {
  it.each(tasks)('keeps a process alive that has nothing else to do, its task $task', async ({ task }) => {
    const child = start('idle', { blocking: true, task });

    await child.line(/^alive 5$/);
    child.kill('SIGTERM');

    expect(await child.end()).toEqual({ code: 0, signal: null });
    expect(child.lines()).not.toContain('ran');
  });

  it('lets run() wait until stop(), after which nothing keeps the process alive', async () => {
    const child = start('run', { blocking: true });

    const end = await child.end();

    expect(end).toEqual({ code: 0, signal: null });
    expect(child.lines()).toContain('stop() resolved');
    await child.line(/^run\(\) resolved after 3 runs/);
  });
});

describe('blocking: false', { timeout: 60_000 }, () => {
  it.each(tasks)('lets a process end by itself, its task $task', async ({ task }) => {
    const child = start('idle', { blocking: false, task });

    const end = await child.end();

    expect(end).toEqual({ code: 0, signal: null });
    expect(child.lines()).toContain('started');
    expect(child.lines()).not.toContain('ran');
  });

  it('still lets close() end what hangs: a drain holds the process', async () => {
    const child = start('closing', {});

    const end = await child.end();

    expect(end).toEqual({ code: 0, signal: null });
    expect(child.lines()).toContain('closed');
  });

  it('lets run() return at once, while tasks are still to come', async () => {
    const child = start('run', { blocking: false });

    const end = await child.end();

    expect(end).toEqual({ code: 0, signal: null });
    await child.line(/^run\(\) resolved after 0 runs/);
  });
});
