import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { appFiles } from '../../lib/migration/app.files.js';
import { migrate } from '../../lib/migration/migrate.js';
import { applied } from '../../lib/source/rewriting.js';
import { appWith } from './schedule.stub.js';

/** What stands in the code of many apps; each test has an app of its own. */

it('rewrites imports that lead into the package', async () => {
  const { text, left } = await migrated(`
    import { Cron } from "@nestjs/schedule/dist/decorators/cron.decorator";
    import { CronExpression, SchedulerRegistry } from "@nestjs/schedule/dist";
    class Tasks {
      constructor(private readonly registry: SchedulerRegistry) {}
      @Cron(CronExpression.EVERY_SECOND) run() { this.registry.deleteCronJob('old'); }
    }`);

  expect(left).toEqual([]);
  expect(text).not.toContain('@nestjs/schedule');
  expect(text).toContain(
    'import { Cron, CronExpression, SchedulerRegistry, TaskScheduler } from "nestjs-sts";',
  );
  expect(text).toContain('registry: SchedulerRegistry, private readonly taskScheduler: TaskScheduler)');
});

it.each([
  {
    is: 'types, and values after them',
    from: "import type { CronOptions, SchedulerRegistry } from '@nestjs/schedule';\nimport { Cron } from '@nestjs/schedule';",
    to: "import type { CronOptions } from '@nestjs/schedule';\nimport { Cron, SchedulerRegistry } from 'nestjs-sts';",
  },
  {
    is: 'types only',
    from: "import type { SchedulerRegistry } from '@nestjs/schedule';\nconst Cron = (o: any) => () => {}; type CronOptions = any;",
    to: "import type { SchedulerRegistry } from 'nestjs-sts';\nconst Cron = (o: any) => () => {}; type CronOptions = any;",
  },
  {
    is: 'all, and names after it',
    from: "import * as all from '@nestjs/schedule';\nimport { Cron, SchedulerRegistry, type CronOptions } from '@nestjs/schedule';",
    to: "import * as all from 'nestjs-sts';\nimport { Cron, SchedulerRegistry } from 'nestjs-sts';\nimport { type CronOptions } from '@nestjs/schedule';",
  },
])('rewrites imports of $is', async ({ from, to }) => {
  const rest = "\nlet a: CronOptions, b: SchedulerRegistry; class C { @Cron('* * * * *') run() {} }";

  const { text } = await migrated(`${from}${rest}`);

  expect(text).toBe(`${to}${rest}`);
});

it('leaves what is handed on to other files', async () => {
  const { text, left } = await migrated(
    "import { ScheduleModule, Cron } from '@nestjs/schedule';\nexport { Cron, ScheduleModule as Timing };",
  );

  expect(text).toContain("from '@nestjs/schedule'");
  expect(left).toEqual([expect.stringContaining('not rewritten'), expect.stringContaining('not rewritten')]);
});

const adding = (body: string) => `
import { SchedulerRegistry } from '@nestjs/schedule';
import { CronJob } from 'cron';
class Tasks {
  constructor(private readonly registry: SchedulerRegistry) {}
  add(name: string, isOn: boolean) {
    ${body}
  }
}`;

it.each([
  {
    is: 'in a style without semicolons, with a cast',
    body: `const job = new CronJob('@minutely', () => this.tick())
    this.registry.addCronJob(name, job as any)
    job.start()`,
    to: "this.taskScheduler.addTask({ name, run: () => this.tick() }, { cron: '* * * * *' })",
  },
  {
    is: 'whose start is a variable',
    body: "this.registry.addCronJob(name, new CronJob('0 * * * *', () => this.tick(), null, isOn));",
    to: "this.taskScheduler.addTask({ name, run: () => this.tick() }, { cron: '0 * * * *', enabled: isOn });",
  },
  {
    is: 'at a time of Luxon',
    body: "const when: DateTime = later(); this.registry.addCronJob(name, new CronJob(when, run, null, true, 'UTC'));",
    to: 'const when: DateTime = later(); this.taskScheduler.addTask({ name, run: run }, { at: when.toJSDate() });',
  },
])('rewrites a job that is added $is', async ({ body, to }) => {
  const { text, left } = await migrated(`declare class DateTime { toJSDate(): Date }${adding(body)}`);

  expect(left).toEqual([]);
  expect(text).toContain(to);
  expect(text).not.toContain('start()');
});

it.each([
  "const job = new CronJob('* * * * *', run); this.registry.addCronJob(name, job); if (isOn) job.start();",
  "const job = new CronJob('* * * * *', run); this.registry.addCronJob(name, job); if (isOn) { job.start(); }",
  "const job = new CronJob('* * * * *', run); if (isOn) this.registry.addCronJob(name, job); job.start();",
  "const job = new CronJob('* * * * *', run); this.registry.addCronJob(name, job); isOn && job.start();",
])('leaves a job that only perhaps starts: %s', async body => {
  const { text, left } = await migrated(adding(body));

  expect(text).toBe(adding(body).replace('@nestjs/schedule', 'nestjs-sts'));
  expect(left).toEqual([expect.stringContaining('the job is made elsewhere, or in another way')]);
});

it('leaves an expression that is refused here, wherever it stands', async () => {
  const { left } = await migrated(`
    import { Cron, SchedulerRegistry } from '@nestjs/schedule';
    import { CronJob, CronTime } from 'cron';
    const SHORT = '* * *';
    class Tasks {
      constructor(private readonly registry: SchedulerRegistry) {}
      @Cron(SHORT) run() {
        this.registry.addCronJob('a', new CronJob('* * *', run, null, true));
        this.registry.getCronJob('a').setTime(new CronTime(SHORT));
      }
    }`);

  expect(left).toEqual(Array(3).fill(expect.stringContaining('5')));
});

it('says that added intervals are aligned to the clock, too', async () => {
  const { changed } = await migrated(adding('this.registry.addInterval(name, setInterval(run, 5_000));'));

  expect(changed).toEqual([expect.stringContaining('aligned to the clock')]);
});

it('starts a job that was added and never started, in other files, too', async () => {
  const { text, texts } = await migrated(
    `
    import { SchedulerRegistry } from '@nestjs/schedule';
    class Switch {
      constructor(private readonly registry: SchedulerRegistry) {}
      async on() { if (!this.registry.getCronJob('idle').running) this.registry.getCronJob('idle').start(); }
    }`,
    { 'added.ts': adding("this.registry.addCronJob('idle', new CronJob('* * * * *', run));") },
  );

  expect(texts['added.ts']).toContain("{ cron: '* * * * *', enabled: false }");
  expect(text).toContain(
    "if (!(this.registry.get('idle').disabledBy === null)) await this.registry.update('idle', { enabled: true });",
  );
});

it('knows jobs by constants', async () => {
  const { text, left } = await migrated(`
    import { Cron, Interval, SchedulerRegistry } from '@nestjs/schedule';
    const POLL = 'poll';
    enum Jobs { Night = 'night', Day = 'day' }
    class Tasks {
      static readonly TWICE = 'twice';
      constructor(private readonly registry: SchedulerRegistry) {}
      @Cron('0 0 * * *', { name: Jobs.Night, disabled: true }) night() {}
      @Cron('0 12 * * *', { name: Jobs.Day }) day() {}
      @Cron('0 12 * * *', { name: Tasks.TWICE }) once() {}
      @Interval('twice', 500) twice() {}
      async toggle() {
        this.registry.getCronJob(Jobs.Night).start();
        this.registry.getCronJob(Jobs.Day).stop();
      }
    }`);

  expect(text).toContain('await this.registry.update(Jobs.Night, { enabled: true });');
  expect(text).toContain('await this.registry.pause(Jobs.Day);');
  expect(left).toEqual(Array(2).fill(expect.stringContaining("'twice' is the name of several tasks")));
});

it('leaves the switch of a job by a computed name, when any job is disabled', async () => {
  const switching =
    "const job = this.registry.getCronJob(name); job.start(); this.registry.getCronJob('known').stop(); return this.registry.getCronJob(name).isActive;";
  const idle = "this.registry.addCronJob(name, new CronJob('* * * * *', run));";
  const known =
    "import { Cron } from '@nestjs/schedule'; class K { @Cron('* * * * *', { name: 'known' }) run() {} }";

  const without = await migrated(adding(switching), { 'known.ts': known });
  const { text, left } = await migrated(adding(switching), { 'known.ts': known, 'idle.ts': adding(idle) });

  expect(without.left).toEqual([]);
  expect(without.text).toContain(
    "void this.registry.resume(name); void this.registry.pause('known'); return (this.registry.get(name).paused === null);",
  );
  expect(left).toEqual([expect.stringContaining('start of a job is pause() and resume(), or update')]);
  expect(text).toContain("job.start(); void this.registry.pause('known');");
  expect(text).toContain(
    'return (this.registry.get(name).paused === null && this.registry.get(name).disabledBy === null);',
  );
});

it('does not take the expression of a decorator for a name', async () => {
  const { left } = await migrated(`
    import { Cron } from '@nestjs/schedule';
    const OPTIONS = { name: 'a' };
    class Tasks { @Cron('0 * * * *', OPTIONS) a() {} @Cron('0 * * * *', OPTIONS) b() {} }`);

  expect(left).toEqual(Array(2).fill(expect.stringContaining('not written out')));
});

it('awaits each side of a condition', async () => {
  const { text } = await migrated(`
    import { SchedulerRegistry } from '@nestjs/schedule';
    class Tasks {
      constructor(private readonly registry: SchedulerRegistry) {}
      async set(name: string, isOn: boolean) {
        isOn ? this.registry.getCronJob(name).start() : this.registry.getCronJob(name).stop();
        isOn && this.registry.getCronJob(name).stop();
      }
    }`);

  expect(text).toContain('isOn ? await this.registry.resume(name) : await this.registry.pause(name);');
  expect(text).toContain('isOn && await this.registry.pause(name);');
});

it('removes a timer once, when it was cleared and deleted', async () => {
  const { text } = await migrated(
    adding(`
    clearInterval(this.registry.getInterval(name));
    this.registry.deleteInterval(name);
    const timeout = this.registry.getTimeout('t');
    clearTimeout(timeout);
    this.registry.deleteTimeout('t');
    clearTimeout(this.registry.getTimeout('u'));`),
  );

  expect(text.match(/removeTask\(.*\)/g)).toEqual(['removeTask(name)', "removeTask('t')", "removeTask('u')"]);
  expect(text).not.toContain('clear');
});

it('injects the scheduler beside a registry of the constructor, under a name that is free', async () => {
  const { text, left } = await migrated(`
    import { SchedulerRegistry } from '@nestjs/schedule';
    class Tasks {
      private taskScheduler = 5;
      constructor(private readonly registry: SchedulerRegistry) { registry.deleteCronJob('a'); }
    }`);

  expect(left).toEqual([]);
  expect(text).toContain(
    'SchedulerRegistry, private readonly stsTaskScheduler: TaskScheduler) { stsTaskScheduler.removeTask',
  );
});

it.each([
  { is: 'assigned by a method', member: 'private registry!: SchedulerRegistry;', left: 'injected beside' },
  {
    is: 'perhaps not there',
    member: '@Inject() private registry?: SchedulerRegistry;',
    left: 'may be missing',
  },
])('leaves a registry that is $is', async ({ member, left }) => {
  const access = member.includes('?') ? 'registry?' : 'registry';
  const result = await migrated(`
    import { SchedulerRegistry } from '@nestjs/schedule';
    class Tasks { ${member} drop() { this.${access}.deleteCronJob('a'); } }`);

  expect(result.left).toEqual([expect.stringContaining(left)]);
  expect(result.text).toContain(`this.${access}.deleteCronJob('a')`);
});

it('asks for one forRoot() in an app, and none of the bare module', async () => {
  const root = '@Module({ imports: [ScheduleModule.forRoot()] }) class Root {}';
  const head = "import { ScheduleModule } from '@nestjs/schedule';\n";
  const test = 'Test.createTestingModule({ imports: [ScheduleModule.forRoot()] });';

  const one = await migrated(`${head}${root}`, { 'one.spec.ts': `${head}${test}` });
  const two = await migrated(`${head}${root}`, {
    'two.ts': `${head}@Module({ imports: [ScheduleModule] }) class B {} ${root}`,
  });

  expect(one.left).toEqual([]);
  expect(two.left).toEqual(
    ['may stand once in an app', 'imported once, as forRoot()', 'may stand once in an app'].map(part =>
      expect.stringContaining(part),
    ),
  );
});

it('keeps the ends of lines', async () => {
  const source = adding("this.registry.deleteCronJob('a');").replaceAll('\n', '\r\n');

  const { text } = await migrated(
    source.replace('readonly registry', 'readonly registry').replace('(private', '(\r\nprivate'),
  );

  expect(text).toContain('TaskScheduler');
  expect(text.replaceAll('\r\n', '')).not.toContain('\n');
});

it('leaves a file that does not parse, and says where', async () => {
  const broken = "import { Cron } from '@nestjs/schedule';\nclass Tasks {\n  @Cron('* * * * *' run() {}\n}";

  const { text, left, unread } = await migrated("export const other = '@nestjs/schedule';", {
    'broken.ts': broken,
  });

  expect([text, left]).toEqual([
    "export const other = '@nestjs/schedule';",
    [expect.stringContaining('not rewritten')],
  ]);
  expect(unread).toEqual([
    { line: 3, text: expect.stringContaining("does not parse, and is left as it is: ',' expected") },
  ]);
});

/** What becomes of the file tasks.ts, and of others beside it. */
async function migrated(source: string, others: Readonly<Record<string, string>> = {}) {
  const folder = await appWith({ 'tasks.ts': source, ...others });
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { files, unread, checker } = appFiles(join(folder, 'src'));
  const rewritings = migrate(files, checker);
  const texts = Object.fromEntries(
    rewritings.map(({ file, edits }) => [file.fileName.split('/').at(-1)!, applied(edits, file.text)]),
  );
  return {
    text: texts['tasks.ts']!,
    texts,
    left: rewritings.flatMap(({ left }) => left.map(({ text }) => text)),
    changed: rewritings.flatMap(({ changed }) => changed.map(({ text }) => text)),
    unread: unread.flatMap(({ file, left }) =>
      left.map(({ position, text }) => ({ line: file.text.slice(0, position).split('\n').length, text })),
    ),
  };
}
