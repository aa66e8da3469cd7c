import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { appFiles } from '../../lib/migration/app.files.js';
import { migrate } from '../../lib/migration/migrate.js';
import { applied, type Rewriting } from '../../lib/source/rewriting.js';
import { appWith } from './schedule.stub.js';

interface Case {
  readonly is: string;
  readonly from: string;
  readonly to: string;
  /** What is said of it, in parts. */
  readonly left?: readonly string[];
  readonly changed?: readonly string[];
}

const CRON = "import { Cron } from '@nestjs/schedule';";
const OURS = "import { Cron } from 'nestjs-sts';";
const method = (decorator: string, name = 'run()') => `class Tasks { ${decorator} ${name} {} }`;
const registry = (body: string) => `
import { SchedulerRegistry } from '@nestjs/schedule';
import { CronJob } from 'cron';
class Tasks {
  constructor(private readonly jobs: SchedulerRegistry) {}
  async run(name: string, job: CronJob) { ${body} }
}`;

const UNREADABLE = `
    this.jobs.addInterval('a', make()); this.jobs.addInterval('b', 5); this.jobs.addTimeout('c', setTimeout());
    this.jobs.addCronJob('d', new CronJob()); this.jobs.addCronJob('e', CronJob.from(options)); this.jobs.addCronJob('f', x.y());
    this.jobs.addCronJob('g', f(5)); const { h } = x; this.jobs.addCronJob('h', h); let i; this.jobs.addCronJob('i', i);
    const k = new CronJob('* * * * * *', f), l = 5; this.jobs.addCronJob('k', k);
    this.jobs.getCronJob(name).setTime(x); this.jobs.getCronJob(name).start; this.jobs.getCronJob(name)[0];
    this.jobs.getCronJob(name).nextDate().toISO; other(this.jobs.getInterval(name)); this.jobs.oddly();
    other(this.jobs).deleteCronJob('m'); [this.jobs][0].deleteCronJob('n'); clearTimeout([this.jobs][0].getTimeout('o'));
    [this.jobs][0].addInterval('p', setInterval(f, 5));`;

/** Each is a file of one app. */
const CASES: readonly Case[] = [
  {
    is: 'a decorator of another package by the same name',
    from: "import { Cron } from 'another'; class Tasks { @Cron('* * * * *', { disabled: true }) run() {} }",
    to: "import { Cron } from 'another'; class Tasks { @Cron('* * * * *', { disabled: true }) run() {} }",
  },
  {
    is: 'a name of ours that the file has already',
    from: "import { Interval } from '@nestjs/schedule'; class Every { @Interval(5 * 60) run() {} }",
    to: "import { Every as StsEvery } from 'nestjs-sts'; class Every { @StsEvery(5 * 60) run() {} }",
    changed: ['aligned to the clock'],
  },
  {
    is: 'an import of ours that the file has already',
    from: "import { Every } from 'nestjs-sts';\nimport { Timeout } from '@nestjs/schedule';\nclass A { @Timeout(5) run() {} }",
    to: "import { Every } from 'nestjs-sts';\nimport { Manual } from 'nestjs-sts';\nclass A { @Manual({ runOnStart: 5 }) run() {} }",
  },
  {
    is: 'options that are computed',
    from: `${CRON} const a = {}; ${method("@Cron('* * * * *', { ...a })")}`,
    to: `${OURS} const a = {}; ${method("@Cron('* * * * *', { ...a })")}`,
    left: ['waitForCompletion'],
  },
  {
    is: 'an offset that is computed, and an option that is not known',
    from: `${CRON} const a = 60; ${method("@Cron('* * * * *', { utcOffset: a, odd: 1 })")}`,
    to: `${OURS} const a = 60; ${method("@Cron('* * * * *', { utcOffset: a, odd: 1 })")}`,
    left: ["such as '+02:00'", 'odd is no option'],
  },
  {
    is: 'computed waitForCompletion, disabled, and initialDelay',
    from: `${CRON} const a = 1; ${method("@Cron('* * * * *', { waitForCompletion: a > 1, disabled: off(), initialDelay: a ? 1 : 2 })")}`,
    to: `${OURS} const a = 1; ${method("@Cron('* * * * *', { overlap: (a > 1) ? 'skip' : 'allowAll', enabled: !off(), startAt: Date.now() + (a ? 1 : 2) })")}`,
    changed: ['initialDelay counted from the start'],
  },
  {
    is: 'timers that are unreferenced',
    from: `${CRON} ${method("@Cron('* * * * *', { unrefTimeout: true, disabled: false })")}`,
    to: `${OURS} ${method("@Cron('* * * * *')")}`,
    left: ['blocking: false'],
  },
  {
    is: 'an expression that is refused here',
    from: `${CRON} ${method("@Cron('* * *')")}`,
    to: `${OURS} ${method("@Cron('* * *')")}`,
    left: ['5'],
  },
  {
    is: 'a date, whose zone means nothing, and one of Luxon',
    from: `import { Cron, DateTime } from '@nestjs/schedule'; declare const when: DateTime; ${method("@Cron(new Date(0), { name: 'a', timeZone: 'UTC' })")} ${method('@Cron(when)')}`,
    to: `import { At } from 'nestjs-sts';\nimport { DateTime } from '@nestjs/schedule'; declare const when: DateTime; ${method("@At(new Date(0), { name: 'a' })")} ${method('@At(when.toJSDate())')}`,
    left: ['DateTime has no counterpart'],
  },
  {
    is: 'a handler with parameters',
    from: `${CRON} ${method("@Cron('* * * * *')", 'run(force = false)')}`,
    to: `${OURS} ${method("@Cron('* * * * *')", 'run(force = false)')}`,
    changed: ['the first argument of run is a TaskContext'],
  },
  {
    is: 'a controller',
    from: `import { Controller } from '@nestjs/common'; ${CRON} @Controller() ${method("@Cron('* * * * *')")}`,
    to: `import { Controller } from '@nestjs/common'; ${OURS} @Controller() ${method("@Cron('* * * * *')")}`,
    left: ['move the method to a provider'],
  },
  {
    is: 'several decorators on a method',
    from: `${CRON} ${method("@Cron('0 * * * *') @Cron('1 * * * *')")}`,
    to: `${OURS} ${method("@Cron('0 * * * *') @Cron('1 * * * *')")}`,
    left: ['only the topmost'],
  },
  {
    is: 'a name that two tasks have',
    from: `${CRON} ${method("@Cron('0 * * * *', { name: 'twice' })")}`,
    to: `${OURS} ${method("@Cron('0 * * * *', { name: 'twice' })")}`,
    left: ["'twice' is the name of several tasks"],
  },
  {
    is: 'the same name again, of an interval',
    from: "import { Interval } from '@nestjs/schedule'; class A { @Interval('twice', 5) run() {} }",
    to: "import { Every } from 'nestjs-sts'; class A { @Every(5, { name: 'twice' }) run() {} }",
    left: ["'twice' is the name of several tasks"],
    changed: ['aligned'],
  },
  {
    is: 'decorators without what they need, and with arguments that are computed',
    from: `import { Cron, Interval } from '@nestjs/schedule'; const a: [number] = [5]; ${method('@Cron()')} ${method('@Interval()')} ${method('@Interval(...a)')}`,
    to: `import { Cron, Interval } from '@nestjs/schedule'; const a: [number] = [5]; ${method('@Cron()')} ${method('@Interval()')} ${method('@Interval(...a)')}`,
    left: ['it says no time', 'it says no time', 'not written out'],
  },
  {
    is: 'a decorator that is no call',
    from: `${CRON} const also = Cron; ${method("@Cron('0 * * * *')")}`,
    to: `${OURS}\n${CRON} const also = Cron; ${method("@Cron('0 * * * *')")}`,
    left: ['Cron has no counterpart'],
  },
  {
    is: 'a re-export, a require, and a type',
    from: "export { Cron } from '@nestjs/schedule';\nimport { type CronOptions } from '@nestjs/schedule';\nconst a: CronOptions = require('@nestjs/schedule');",
    to: "export { Cron } from '@nestjs/schedule';\nimport { type CronOptions } from '@nestjs/schedule';\nconst a: CronOptions = require('@nestjs/schedule');",
    left: ['is not rewritten', 'CronOptions is CronTaskOptions', 'is not rewritten'],
  },
  {
    is: 'a module with options',
    from: "import { ScheduleModule as S } from '@nestjs/schedule'; const a = [S.forRoot({ cronJobs: true }), S.forRoot({ cronJobs: false, intervals: false, timeouts: false }), S.forRoot({ cronJobs: b(), intervals: b(), timeouts: b() })];",
    to: "import { StsModule as S } from 'nestjs-sts'; const a = [S.forRoot({ overlap: 'allowAll' }), S.forRoot({ enabled: false, overlap: 'allowAll' }), S.forRoot({ enabled: b(), overlap: 'allowAll' })];",
  },
  {
    is: 'a module with some kinds of jobs, or with a class',
    from: "import { ScheduleModule } from '@nestjs/schedule'; const a = [ScheduleModule.forRoot({ cronJobs: false }), ScheduleModule.forRootAsync({ useClass: A })];",
    to: "import { StsModule } from 'nestjs-sts'; const a = [StsModule.forRoot({ cronJobs: false }), StsModule.forRootAsync({ useClass: A })];",
    left: ['say enabled, or only', 'say enabled, or only'],
  },
  {
    is: 'a module with a factory',
    from: "import { ScheduleModule } from '@nestjs/schedule'; ScheduleModule.forRootAsync({ inject: [A], useFactory: a => ({ cronJobs: a.on, intervals: a.on, timeouts: a.on }) });",
    to: "import { StsModule } from 'nestjs-sts'; StsModule.forRootAsync({ inject: [A], useFactory: a => ({ enabled: a.on, overlap: 'allowAll' }) });",
  },
  {
    is: 'a job that is asked what has no counterpart',
    from: registry("const j = this.jobs.getCronJob('a'); j.stop(); j.lastDate();"),
    to: registry("const j = this.jobs.getCronJob('a'); j.stop(); j.lastDate();").replace(
      '@nestjs/schedule',
      'nestjs-sts',
    ),
    left: ['lastDate of a job is (await registry.runs'],
  },
  {
    is: 'jobs that are made elsewhere, and lists of jobs',
    from: registry('this.jobs.addCronJob(name, job); this.jobs.getCronJobs(); this.jobs.getTimeouts();'),
    to: registry(
      'this.jobs.addCronJob(name, job); this.jobs.getCronJobs(); this.jobs.getTimeouts();',
    ).replace('@nestjs/schedule', 'nestjs-sts'),
    left: [
      'the job is made elsewhere',
      'getCronJobs() is registry.list()',
      'getTimeouts() is registry.list()',
    ],
  },
  {
    is: 'jobs with more arguments, other uses, or a computed name',
    from: registry(`
    const a = new CronJob('* * * * * *', run, done); this.jobs.addCronJob('a', a);
    const b = new CronJob('* * * * * *', run); this.jobs.addCronJob('b', b); b.addCallback(run);
    this.jobs.addCronJob('c', CronJob.from({ cronTime: '* * * * * *', onTick: run, onComplete: run }));
    this.jobs.addInterval('d', setInterval(run, 5, 'argument'));
    const e = this.jobs.getCronJob(name + 'e'); e.stop();
    other(this.jobs.getCronJob('f'));
    this.jobs.getCronJob('g').setTime(new CronTime(new Date(), 'UTC', 60));
    this.jobs.getCronJob('h').nextDate().plus(5);
    const i = this.jobs.getInterval('i'); i.unref();
    let j = 1, k = this.jobs.getCronJob('k');`),
    to: registry(`
    const a = new CronJob('* * * * * *', run, done); this.jobs.addCronJob('a', a);
    const b = new CronJob('* * * * * *', run); this.jobs.addCronJob('b', b); b.addCallback(run);
    this.jobs.addCronJob('c', CronJob.from({ cronTime: '* * * * * *', onTick: run, onComplete: run }));
    this.jobs.addInterval('d', setInterval(run, 5, 'argument'));
    const e = this.jobs.getCronJob(name + 'e'); e.stop();
    other(this.jobs.getCronJob('f'));
    this.jobs.getCronJob('g').setTime(new CronTime(new Date(), 'UTC', 60));
    this.jobs.getCronJob('h').nextDate().plus(5);
    const i = this.jobs.getInterval('i'); i.unref();
    let j = 1, k = this.jobs.getCronJob('k');`).replace('@nestjs/schedule', 'nestjs-sts'),
    left: [
      'the job is made elsewhere',
      'the job is made elsewhere',
      'the job is made elsewhere',
      'the timer is made elsewhere',
      'stop of a job is pause() and resume(), or update(name, { enabled }) of one that was disabled',
      'hands out no jobs',
      'registry.update(name, { cron })',
      'nextAt, in epoch ms',
      'hands out no jobs',
      'hands out no jobs',
    ],
  },
  {
    is: 'what cannot be read',
    from: registry(UNREADABLE),
    to: registry(UNREADABLE).replace('@nestjs/schedule', 'nestjs-sts'),
    left: [
      ...Array<string>(3).fill('the timer is made elsewhere'),
      ...Array<string>(7).fill('the job is made elsewhere'),
      'registry.update(name, { cron })',
      'start of a job is pause() and resume()',
      'hands out no jobs',
      'nextAt, in epoch ms',
      'hands out no jobs',
      'oddly() is no method',
      'injected beside the registry',
      'hands out no jobs',
      'injected beside the registry',
    ],
  },
  {
    is: 'jobs on one line, and without a block',
    from: registry(
      "const j = this.jobs.getCronJob('twice'); j.stop(); return () => this.jobs.getCronJob('twice').start();",
    ),
    to: registry(" await this.jobs.pause('twice'); return () => this.jobs.resume('twice');").replace(
      '@nestjs/schedule',
      'nestjs-sts',
    ),
    changed: ['nothing awaits it here'],
  },
  {
    is: 'dates and zones of jobs that are added',
    from: registry(`
    this.jobs.addCronJob('a', new CronJob(new Date(5), run, null, true, 'UTC'));
    this.jobs.addCronJob('b', new CronJob('@daily', run, undefined, false, zone ?? 'UTC'));
    this.jobs.addTimeout('c', setTimeout(run, soon ? 5 : 6));`),
    to: registry(`
    this.taskScheduler.addTask({ name: 'a', run: run }, { at: new Date(5) });
    this.taskScheduler.addTask({ name: 'b', run: run }, { cron: '@daily', timeZone: zone ?? 'UTC', enabled: false });
    this.taskScheduler.addTask({ name: 'c', run: run }, { at: Date.now() + (soon ? 5 : 6) });`)
      .replace('import { SchedulerRegistry } from', 'import { SchedulerRegistry, TaskScheduler } from')
      .replace('@nestjs/schedule', 'nestjs-sts')
      .replace("import { CronJob } from 'cron';", "import { CronJob } from 'cron';")
      .replace(
        'jobs: SchedulerRegistry)',
        'jobs: SchedulerRegistry, private readonly taskScheduler: TaskScheduler)',
      ),
  },
  {
    is: 'a registry that is no member',
    from: "import { SchedulerRegistry } from '@nestjs/schedule';\nfunction f(app: any, jobs: SchedulerRegistry) { jobs.deleteCronJob('a'); const r: SchedulerRegistry = app.get(SchedulerRegistry); r.deleteCronJob('b'); jobs.getCronJob('twice').stop(); }",
    to: "import { SchedulerRegistry, TaskScheduler } from 'nestjs-sts';\nfunction f(app: any, jobs: SchedulerRegistry) { jobs.deleteCronJob('a'); const r: SchedulerRegistry = app.get(SchedulerRegistry); app.get(TaskScheduler).removeTask('b'); void jobs.pause('twice'); }",
    left: ['injected beside the registry'],
    changed: ['nothing awaits it'],
  },
  {
    is: 'a registry that is a property',
    from: "import { SchedulerRegistry } from '@nestjs/schedule';\nclass A {\n  @Inject(SchedulerRegistry)\n  jobs!: SchedulerRegistry;\n  drop() {\n    this.jobs.deleteCronJob('a');\n  }\n}\n",
    to: "import { SchedulerRegistry, TaskScheduler } from 'nestjs-sts';\nclass A {\n  @Inject(SchedulerRegistry)\n  jobs!: SchedulerRegistry;\n  @Inject(TaskScheduler)\n  taskScheduler!: TaskScheduler;\n  drop() {\n    this.taskScheduler.removeTask('a');\n  }\n}\n",
  },
];

let folder: string;
let rewritings: ReadonlyMap<string, Rewriting>;

beforeAll(async () => {
  const sources = CASES.map(({ from }, i) => [`case${i}.ts`, from] as const);
  folder = await appWith(Object.fromEntries(sources));
  const { files, checker } = appFiles(join(folder, 'src'));
  rewritings = new Map(migrate(files, checker).map(each => [each.file.fileName.split('/').at(-1)!, each]));
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the migration', () => {
  it('of the app that is started before and after is as it was', async () => {
    const app = await appWith(await sourcesOf(fileURLToPath(new URL('fixture/src/', import.meta.url))));
    onTestFinished(() => rm(app, { recursive: true, force: true }));
    const { files, checker } = appFiles(join(app, 'src'));

    for (const { file, edits } of migrate(files, checker).filter(({ edits }) => edits.length > 0)) {
      const name = basename(file.fileName);
      await expect(applied(edits, file.text)).toMatchFileSnapshot(`migrated/${name}.txt`);
    }
  });

  it.each(CASES.map((each, i) => ({ ...each, file: `case${i}.ts` })))(
    'knows $is',
    ({ file, to, left = [], changed = [] }) => {
      const rewriting = rewritings.get(file)!;

      expect(applied(rewriting.edits, rewriting.file.text)).toBe(to);
      expect(rewriting.left.map(({ text }) => text)).toEqual(left.map(part => expect.stringContaining(part)));
      expect(rewriting.changed.map(({ text }) => text)).toEqual(
        changed.map(part => expect.stringContaining(part)),
      );
    },
  );
});

async function sourcesOf(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder);
  return Object.fromEntries(
    await Promise.all(names.map(async name => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
}
