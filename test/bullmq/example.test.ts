import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { startNode } from '../process/child.js';
import { startRedis } from './servers/redis.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

it('the example of a cluster runs each second in one of two processes', { timeout: 180_000 }, async () => {
  await promisify(execFile)(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'examples'], {
    cwd: root,
  });
  const server = await startRedis();
  onTestFinished(() => server.stop());

  const apps = [1, 2].map(() =>
    startNode([`${root}examples/dist/cluster/main.js`], { REDIS_URL: server.url }),
  );
  onTestFinished(() => apps.forEach(app => app.kill('SIGKILL')));
  const ticks = () => apps.flatMap(app => app.lines()).flatMap(line => /ran (\S+Z)$/.exec(line)?.[1] ?? []);
  await expect.poll(() => ticks().length, { timeout: 60_000 }).toBeGreaterThan(4);
  apps.forEach(app => app.kill('SIGTERM'));
  await Promise.all(apps.map(app => app.end()));

  expect(ticks().length).toBe(new Set(ticks()).size);
});
