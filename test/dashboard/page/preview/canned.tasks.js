/** Tasks of every kind that the page has to show well, hostile names among them. */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * @typedef {{ name: string, everyMs: number, tookMs: number, group?: string, triggers: string[], bad?: string[],
 *   badShare?: number, more?: object, last?: string }} Kind
 */
export const KINDS = [
  {
    name: 'MailTasks.poll',
    everyMs: 10 * SECOND,
    tookMs: 180,
    group: 'mail',
    triggers: ['every 10s'],
    bad: ['failure'],
    badShare: 0.05,
  },
  {
    name: 'MailTasks.digest',
    everyMs: HOUR,
    tookMs: 42 * SECOND,
    group: 'mail',
    triggers: ['cron 0 * * * * (Europe/Paris)'],
    bad: ['failure'],
    badShare: 0.1,
  },
  {
    name: 'ReportTasks.nightly',
    everyMs: 24 * HOUR,
    tookMs: 12 * MINUTE,
    group: 'reports',
    triggers: ['cron 0 0 * * * (Europe/Paris)'],
    bad: ['timeout'],
    badShare: 0.15,
  },
  {
    name: 'ReportTasks.rebuild',
    everyMs: 3 * HOUR,
    tookMs: 5 * MINUTE,
    group: 'reports',
    triggers: [],
    more: { hasPayload: true, running: 1, overlap: 'allowAll' },
    last: 'running',
  },
  { name: 'CleanUp', everyMs: HOUR, tookMs: 2_400, triggers: ['every 1h offset 7m'] },
  {
    name: 'SyncTasks.customers',
    everyMs: 5 * MINUTE,
    tookMs: 95 * SECOND,
    group: 'sync',
    triggers: ['cron */5 * * * * (UTC)'],
    bad: ['failure', 'timeout'],
    badShare: 0.3,
    more: { retries: 3, timeoutMs: 120_000 },
    last: 'failure',
  },
  {
    name: 'SyncTasks.invoices',
    everyMs: 15 * MINUTE,
    tookMs: 40 * SECOND,
    group: 'sync',
    triggers: ['cron */15 8-18 * * 1-5 (America/New_York)'],
    bad: ['cancelled', 'abandoned'],
    badShare: 0.2,
    more: { waiting: 2, running: 1, overlap: 'bufferAll' },
  },
  {
    name: 'BillingTasks.charge',
    everyMs: 30 * MINUTE,
    tookMs: 8_000,
    group: 'billing',
    triggers: ['cron 0,30 * * * * (Europe/Berlin)', 'at 2026-12-24T18:00:00.000Z'],
    more: { paused: true },
  },
  {
    name: 'LegacyTasks.export',
    everyMs: 24 * HOUR,
    tookMs: 30_000,
    triggers: ['cron 30 2 L * * (Australia/Lord_Howe)'],
    more: { disabledBy: 'STS_DISABLED_TASKS' },
  },
  {
    name: '<script>alert("name")</script>',
    everyMs: 20 * MINUTE,
    tookMs: 900,
    group: '<b>bold</b>',
    triggers: ['every 20m'],
    bad: ['failure'],
    badShare: 0.4,
  },
  {
    name: 'выгрузка/отчётов 100% – naïve ☃ 日本語',
    everyMs: 10 * MINUTE,
    tookMs: 61_000,
    group: 'reports',
    triggers: ['every 10m until 2027-01-01T00:00:00.000Z'],
  },
  { name: 'WarmUp.never', everyMs: 0, tookMs: 0, triggers: ['cron 0 4 29 2 * (Europe/Paris)'] },
];

export const TIMES = { SECOND, MINUTE, HOUR };
