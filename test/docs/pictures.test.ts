import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { START, story } from '../timeline/story.js';
import { read, ROOT } from './pages.js';
import { SCENES, type Scene } from './scenes.js';
import { svgOf } from './timeline.svg.js';

/** The pictures of docs/policies.md are drawn from runs on the manual clock: `npm run docs:pictures` draws them anew. */
const FOLDER = join(ROOT, 'docs/pictures');
/** What goes on at a picture's end is let end. */
const MORE = 120;

async function drawn({ title, module, tasks, span = 60, shade, happens }: Scene): Promise<string> {
  const scheduler = await story(module);
  for (const [name, [schedule, work]] of Object.entries(tasks)) scheduler.task(name, schedule, work);

  if (happens === undefined) await scheduler.pass(span + MORE);
  else await happens(scheduler);
  await scheduler.end();

  const runs = scheduler.ended().filter(({ dueAt }) => dueAt < START + span * 1_000);
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
