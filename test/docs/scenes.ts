import type { StsModuleOptions } from '../../lib/sts.options.js';
import type { ScheduleOptions, TriggerTaskOptions } from '../../lib/task/task.options.js';
import type { story, Work } from '../timeline/story.js';
import type { Picture } from './timeline.svg.js';

type Story = Awaited<ReturnType<typeof story>>;

/** A story that is drawn. Seconds are those after its start. */
export interface Scene {
  /** What stands above it: the options that it shows. */
  readonly title: string;
  readonly module?: StsModuleOptions;
  readonly tasks: Readonly<Record<string, readonly [ScheduleOptions, Work?]>>;
  /** @default 60 */
  readonly span?: number;
  readonly shade?: Picture['shade'];
  /** Processes one after another, with one history, from when until when. @default one, without a history */
  readonly lives?: readonly (readonly [from: number, to: number])[];
  /** Each but the last one dies in place of a drain. */
  readonly isCrash?: boolean;
  /** What happens. @default time goes by until the picture's end, and until what runs then has ended */
  readonly happens?: (scheduler: Story) => Promise<void>;
}

const each10s = (options: TriggerTaskOptions = {}): ScheduleOptions => ({ every: '10s', ...options });
const one = (options: TriggerTaskOptions, work: Work) => ({
  tasks: { task: [each10s(options), work] as const },
});

/** A computer that sleeps from 15 s to 43 s after the start. */
const asleep = {
  shade: { from: 15, to: 43, text: 'asleep' },
  async happens(scheduler: Story) {
    await scheduler.pass(15);
    scheduler.clock.set(scheduler.clock.now() + 28_000);
    await scheduler.pass(17);
  },
};

const shop = { isOpen: true };

/** By the name of the picture's file. */
export const SCENES: Readonly<Record<string, Scene>> = {
  'overlap-skip': { title: "overlap: 'skip'", ...one({}, { takes: 25 }) },
  'overlap-buffer-one': { title: "overlap: 'bufferOne'", ...one({ overlap: 'bufferOne' }, { takes: 18 }) },
  'overlap-buffer-all': { title: "overlap: 'bufferAll'", ...one({ overlap: 'bufferAll' }, { takes: 14 }) },
  'overlap-cancel-other': {
    title: "overlap: 'cancelOther'",
    ...one({ overlap: 'cancelOther' }, { takes: ({ dueAt }) => ((dueAt / 1_000) % 60 < 30 ? 25 : 8) }),
  },
  'overlap-allow-all': { title: "overlap: 'allowAll'", ...one({ overlap: 'allowAll' }, { takes: 18 }) },
  'overlap-allow-all-2': {
    title: "overlap: 'allowAll', concurrency: 2",
    ...one({ overlap: 'allowAll', concurrency: 2 }, { takes: 24 }),
  },
  'misfire-coalesce': {
    title: "misfire: 'coalesce', misfireGrace: '5s'",
    ...one({ misfireGrace: '5s' }, { takes: 2 }),
    ...asleep,
  },
  'misfire-skip': {
    title: "misfire: 'skip', misfireGrace: '5s'",
    ...one({ misfire: 'skip', misfireGrace: '5s' }, { takes: 2 }),
    ...asleep,
  },
  'misfire-all': {
    title: "misfire: 'all', overlap: 'bufferAll'",
    ...one({ misfire: 'all', overlap: 'bufferAll' }, { takes: 2 }),
    ...asleep,
  },
  'catch-up': {
    title: "catchUp: '1h', and without it; no process from 15 s to 43 s",
    tasks: {
      catchUp: [each10s({ catchUp: '1h' }), { takes: 4 }],
      without: [each10s(), { takes: 4 }],
    },
    shade: { from: 15, to: 43, text: 'down' },
    lives: [
      [0, 15],
      [43, 60],
    ],
  },
  crash: {
    title: 'its process dies at 15 s, and the next one starts at 33 s',
    tasks: { task: [each10s(), { takes: 8 }] },
    shade: { from: 15, to: 33, text: 'down' },
    isCrash: true,
    lives: [
      [0, 15],
      [33, 60],
    ],
  },
  retry: {
    title: "retry: { retries: 3, delay: '3s' }",
    tasks: {
      task: [
        { every: '1m', startAt: 1, runOnStart: '5s', retry: { retries: 3, delay: '3s' } },
        { takes: 6, fails: ({ attempt }) => attempt < 4 },
      ],
    },
  },
  'retry-fixed': {
    title: "retry: { retries: 3, backoff: 'fixed', delay: '3s' }",
    tasks: {
      task: [
        { every: '1m', runOnStart: '5s', retry: { retries: 3, backoff: 'fixed', delay: '3s' } },
        { takes: 6, fails: ({ attempt }) => attempt < 4 },
      ],
    },
  },
  timeout: {
    title: "timeout: '8s', retry: { retries: 1, delay: '4s' }",
    tasks: {
      task: [
        { every: '30s', timeout: '8s', retry: { retries: 1, delay: '4s' } },
        { takes: ({ attempt }) => (attempt === 1 ? 60 : 6) },
      ],
    },
  },
  'error-threshold': {
    title: "errorThreshold: { failures: 2, action: 'pause', resumeAfter: '25s' }",
    ...one(
      { errorThreshold: { failures: 2, action: 'pause', resumeAfter: '25s' } },
      { takes: 5, fails: ({ dueAt }) => (dueAt / 1_000) % 60 < 30 && dueAt % 60_000 > 0 },
    ),
    shade: { from: 25, to: 50, text: 'paused' },
  },
  'group-concurrency': {
    title: 'groups: { mail: { concurrency: 1 } }',
    module: { groups: { mail: { concurrency: 1 } } },
    tasks: {
      letters: [{ every: '20s', group: 'mail' }, { takes: 10 }],
      receipts: [{ every: '20s', group: 'mail' }, { takes: 7 }],
    },
  },
  priority: {
    title: 'concurrency: 1; priority: 10 of "urgent"',
    module: { concurrency: 1 },
    tasks: {
      busy: [{ every: '30s' }, { takes: 10 }],
      normal: [{ every: '30s', offset: '2s' }, { takes: 7 }],
      urgent: [{ every: '30s', offset: '4s', priority: 10 }, { takes: 7 }],
    },
  },
  jitter: { title: "jitter: '8s'", ...one({ jitter: '8s' }, { takes: 2 }) },
  bounds: {
    title: 'startAt: …:00:20Z, endAt: …:00:50Z',
    ...one({ startAt: '2026-01-01T00:00:20Z', endAt: '2026-01-01T00:00:50Z' }, { takes: 4 }),
  },
  exclude: {
    title: 'exclude: [instants at 20 s and 40 s]',
    ...one({ exclude: ['2026-01-01T00:00:20Z', '2026-01-01T00:00:40Z'] }, { takes: 4 }),
  },
  'max-runs': { title: 'maxRuns: 3', ...one({ maxRuns: 3 }, { takes: 4 }) },
  'run-on-start': {
    title: "every: '30s', runOnStart: '5s'",
    tasks: { task: [{ every: '30s', runOnStart: '5s' }, { takes: 4 }] },
  },
  enabled: {
    title: 'enabled: () => shop.isOpen',
    ...one({ enabled: () => shop.isOpen }, { takes: 4 }),
    shade: { from: 25, to: 45, text: 'closed' },
    async happens(scheduler) {
      await scheduler.pass(25);
      shop.isOpen = false;
      await scheduler.pass(20);
      shop.isOpen = true;
      await scheduler.pass(20);
    },
  },
  pause: {
    title: "registry.pause('task') at 25 s, resume('task') at 45 s",
    ...one({}, { takes: 8 }),
    shade: { from: 25, to: 45, text: 'paused' },
    async happens(scheduler) {
      await scheduler.pass(25);
      await scheduler.registry.pause('task');
      await scheduler.pass(20);
      await scheduler.registry.resume('task');
      await scheduler.pass(15);
    },
  },
  drain: {
    title: "app.close() at 25 s; shutdownGrace: '10s'",
    tasks: {
      'ends in time': [each10s({ shutdownOrder: 1 }), { takes: 18 }],
      'is aborted': [each10s({ shutdownOrder: 2 }), { takes: 60 }],
      'ignores it': [each10s({ shutdownOrder: 3 }), { takes: 1, deaf: true }],
    },
    shade: { from: 25, to: 49, text: 'draining' },
    async happens(scheduler) {
      await scheduler.pass(25);
      void scheduler.scheduler.drain();
      await scheduler.pass(35);
    },
  },
};
