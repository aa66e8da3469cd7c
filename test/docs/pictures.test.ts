import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import type { FinishedRun } from '../../lib/run/run.js';
import { sqliteRunStore } from '../../lib/sqlite/index.js';
import { START, story } from '../timeline/story.js';
import { read, ROOT } from './pages.js';
import { SCENES, type Scene } from './scenes.js';
import { svgOf } from './timeline.svg.js';

/** The pictures of docs/policies.md are drawn from runs on the manual clock: `npm run docs:pictures` draws them anew. */
const FOLDER = join(ROOT, 'docs/pictures');
/** What goes on at a picture's end is let end. */
const MORE = 120;

async function drawn({ title, tasks, span = 60, shade, ...scene }: Scene): Promise<string> {
  const { lives = [[0, span + MORE]] } = scene;
  const database = new Database(':memory:');
  const ended: FinishedRun[] = [];
  for (const [from, to] of lives) {
    const module = scene.lives ? { runStore: sqliteRunStore(database) } : scene.module;
    const scheduler = await story(module, START + from * 1_000);
    for (const [name, [schedule, work]] of Object.entries(tasks)) scheduler.task(name, schedule, work);
    if (scene.lives) await scheduler.run();
    await (scene.happens?.(scheduler) ?? scheduler.pass(to - from));
    const isLast = from === lives.at(-1)![0];
    // A store that is asked writes first what waits: all of it is there when the process dies.
    if (scene.isCrash && !isLast) await scheduler.registry.runs('task');
    else await scheduler.end();
    ended.push(...scheduler.ended());
  }
  const runs = ended.filter(({ dueAt }) => dueAt < START + span * 1_000);
  return svgOf({ title, names: Object.keys(tasks), start: START, span, runs, shade });
}

describe('the picture of', () => {
  it.each(Object.entries(SCENES))('%s is what runs on the manual clock come to', async (name, scene) => {
    const svg = await drawn(scene);

    expect(svg.length).toBeLessThan(8_000);
    await expect(svg).toMatchFileSnapshot(join(FOLDER, `${name}.svg`));
  });
});

describe('the pictures', () => {
  it('are those that the scenes make, each shown in the guide to policies or to shutdown', () => {
    const guides = read('docs/policies.md') + read('docs/shutdown.md');
    const files = readdirSync(FOLDER).filter(file => file.endsWith('.svg'));

    expect(files.toSorted()).toEqual(
      Object.keys(SCENES)
        .map(name => `${name}.svg`)
        .toSorted(),
    );
    expect(files.filter(file => !guides.includes(`](pictures/${file})`))).toEqual([]);
  });

  it('of the dashboard is light, and in the README', () => {
    expect(statSync(join(FOLDER, 'dashboard.png')).size).toBeLessThan(150_000);
    expect(read('README.md')).toContain('](docs/pictures/dashboard.png)');
  });
});
