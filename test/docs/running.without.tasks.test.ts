import { describe, expect, it, onTestFinished } from 'vitest';
import { startNode } from '../process/child.js';

/** What docs/running-without-tasks.md says of a script that boots an app for its providers, in a process of its own. */
const script = (options: string) => `
  import { Module } from '@nestjs/common';
  import { NestFactory } from '@nestjs/core';
  import { Every, SchedulerRegistry, StsModule, Task } from 'nestjs-sts';

  class Tick extends Task {
    run({ cause }) {
      console.log('ran by ' + cause);
    }
  }
  Every('100ms', { runOnStart: true, overlap: 'allowAll' })(Tick);

  class AppModule {}
  Module({ imports: [StsModule.forRoot(${options})], providers: [Tick] })(AppModule);

  const app = await NestFactory.createApplicationContext(AppModule);
  await new Promise(resolve => setTimeout(resolve, 1_000));
  await (await app.get(SchedulerRegistry).trigger('Tick')).finished();
  await app.close();
  console.log('migrated');
`;

/** Why the task ran, in a script that ends by itself. */
async function causes(options: string, env: Record<string, string> = {}): Promise<readonly string[]> {
  const child = startNode(['--input-type=module', '-e', script(options)], env);
  onTestFinished(() => child.kill('SIGKILL'));
  expect(await child.end()).toEqual({ code: 0, signal: null });
  await child.line(/^migrated$/);
  return [...new Set(child.lines().flatMap(line => /^ran by (\w+)$/.exec(line)?.[1] ?? []))].toSorted();
}

describe('a script that boots an app', { timeout: 60_000 }, () => {
  it('runs its tasks, unless something says otherwise', async () => {
    expect(await causes('')).toEqual(['manual', 'schedule', 'start']);
  });

  it.each([
    ['STS_ENABLED=false in its environment', '{ enabled: true }', { STS_ENABLED: 'false' }],
    ['autoStart: false', '{ autoStart: false }', {}],
    ['enabled: false', '{ enabled: false }', {}],
    ['only, without this one', '{ only: [] }', {}],
  ])('runs none by schedule with %s, and one by hand', async (_what, options, env) => {
    expect(await causes(options, env as Record<string, string>)).toEqual(['manual']);
  });
});
