import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { lint, parseExposition } from '../e2e/exposition.js';
import { startNode, type Child } from '../process/child.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const SAMPLE_COLUMNS = ['load', 'memory', 'disk'] as const;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
type Row = Readonly<Record<string, number>>;

/** What an earlier life of the app left: two samples that are too old, three of this minute, far apart. */
const thisMinute = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
const seeded = [
  { at: thisMinute - 3 * HOUR_MS, load: 1, memory: 2, disk: 3 },
  { at: thisMinute - 2 * HOUR_MS, load: 1, memory: 2, disk: 3 },
  { at: thisMinute + 1, load: 0.25, memory: 11.5, disk: 99 },
  { at: thisMinute + 2, load: 64, memory: 99.99, disk: 1.01 },
  { at: thisMinute + 3, load: 3, memory: 5, disk: 50 },
];

let dataFolder: string;
let url: string;
let app: Child;

beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'nestjs-sts-sample-app-'));
  await promisify(execFile)(join(root, 'node_modules/.bin/nest'), ['build'], { cwd: root });
  const lines = seeded.map(({ at, ...values }) =>
    [new Date(at).toISOString(), ...Object.values(values)].join(','),
  );
  await writeFile(join(dataFolder, 'samples.csv'), `at,load,memory,disk\n${lines.join('\n')}\n`);
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const env = { PORT: String(port), SAMPLE_DATA_DIR: dataFolder, LOG_LEVEL: 'DEBUG', RETRIES: '' };
  app = startNode([join(root, 'sample-app/dist/main.js')], env);
  await app.line(/\[SampleApp\] The end: /);
}, 60_000);

afterAll(async () => {
  app?.kill('SIGKILL');
  await rm(dataFolder, { recursive: true, force: true });
});

describe("the sample app's schedule", () => {
  it('is what was agreed on', async () => {
    const command = ['dist/command/main.js', 'plan', 'sample-app/dist/app.module.js'];
    const span = ['--from', '2026-03-23', '--to', '2026-03-30'];
    const env = { ...process.env, TZ: 'UTC', SAMPLE_DATA_DIR: dataFolder };

    const { stdout } = await promisify(execFile)(process.execPath, [...command, ...span], { cwd: root, env });

    await expect(stdout).toMatchFileSnapshot('__snapshots__/sample-app.plan.txt');
  });
});

/** One after another, as a user would see them: one app, a minute of its life, its end. */
describe('the sample app', () => {
  it('builds a report of its samples for POST /reports', { timeout: 30_000 }, async () => {
    // Just after a sample: the next one is not in the file before the report, nor due before it.
    const samplesTaken = () =>
      app.lines().filter(line => /task=SampleTasks\.sample .*outcome=success/.test(line)).length;
    const before = samplesTaken();
    await vi.waitUntil(() => samplesTaken() > before, { timeout: 20_000, interval: 5 });

    const { status, body } = await post('/reports', { minutes: 5 });

    expect(status).toBe(201);
    expect(body.run).toMatch(/^ReportTasks\.build#/);
    const { from, until, samples, ...ranges } = body.outcome.result;
    expect(body.outcome.kind).toBe('success');
    expect(Date.parse(until) - Date.parse(from)).toBe(300_000);
    const reported = (await rowsOf('samples.csv')).filter(
      ({ at }) => at! >= Date.parse(from) && at! < Date.parse(until),
    );
    expect(samples).toBe(reported.length);
    expect(ranges).toEqual(
      Object.fromEntries(SAMPLE_COLUMNS.map(column => [column, rangeOf(reported, column)])),
    );
  });

  it('says how to ask for one, to a curl of any age', async () => {
    const hint = await app.line(/\[SampleApp\] A report: /);

    expect(hint).toContain(`curl ${url}/reports -H 'content-type: application/json' -d '{ "minutes": 5 }'`);
  });

  it.each([
    { request: { minutes: 0 }, complaint: 'minutes' },
    { request: { minutes: 'five' }, complaint: 'minutes' },
    { request: { hours: 1 }, complaint: 'hours' },
    { request: [5], complaint: 'expected object' },
  ])('answers 400 to a report for $request', async ({ request, complaint }) => {
    const { status, body } = await post('/reports', request);

    expect(status).toBe(400);
    expect(body.message).toContain('ReportTasks.build');
    expect(body.message).toContain(complaint);
  });

  it('lists its tasks with their next and last runs at GET /tasks', async () => {
    const asked = Date.now();

    const tasks = (await (await fetch(`${url}/tasks`)).json()) as Record<string, any>[];

    const byName = Object.fromEntries(tasks.map(task => [task.name, task]));
    expect(Object.keys(byName).toSorted()).toEqual([
      'ForecastLoad',
      'HealthTasks.check',
      'PruneSamples',
      'ReportTasks.build',
      'SampleTasks.rollUp',
      'SampleTasks.sample',
    ]);
    const sample = byName['SampleTasks.sample']!;
    expect(sample.triggers).toEqual(['every 2s']);
    expect(Date.parse(sample.nextAt) % 2_000).toBe(0);
    expect(Date.parse(sample.nextAt) - asked).toBeLessThan(4_000);
    expect(sample.lastRun).toMatchObject({ cause: 'schedule', attempts: 1 });
    expect(byName['ReportTasks.build']).toMatchObject({
      nextAt: null,
      lastRun: { cause: 'manual', outcome: 'success' },
    });
    expect(byName['HealthTasks.check']).toMatchObject({ retries: 3 });
  });

  it('retries its health check', { timeout: 50_000 }, async () => {
    const failed = await app.line(
      /WARN .*task=HealthTasks\.check .*attempt=1 outcome=failure .*retryIn=500ms .*503/,
      45_000,
    );

    const [, run] = /run=(\S+)/.exec(failed)!;
    await app.line(new RegExp(`run=${run} attempt=2 outcome=success`));
  });

  it('forecasts the load in a thread, which holds up nothing', { timeout: 50_000 }, async () => {
    await app.line(/in nine of ten of 100000 guesses task=ForecastLoad /, 45_000);
    await app.line(/task=ForecastLoad .*outcome=success/);

    expect(app.lines().filter(line => line.includes('blocked'))).toEqual([]);
  });

  it('prunes samples older than an hour', { timeout: 75_000 }, async () => {
    await app.line(/: 2 dropped task=PruneSamples /, 70_000);

    const hourAgo = Date.now() - HOUR_MS;
    expect((await rowsOf('samples.csv')).filter(({ at }) => at! < hourAgo)).toEqual([]);
  });

  it('shows its metrics at GET /metrics', async () => {
    const families = parseExposition(await (await fetch(`${url}/metrics`)).text());

    const successes = families
      .get('sts_runs_total')!
      .samples.filter(({ labels }) => labels.task === 'SampleTasks.sample' && labels.outcome === 'success')
      .reduce((sum, { value }) => sum + value, 0);
    expect(successes).toBeGreaterThan(0);
    expect([...families.values()].filter(({ name }) => name.startsWith('sts_')).flatMap(lint)).toEqual([]);
  });

  it('shows the health of its scheduler at GET /live', async () => {
    const response = await fetch(`${url}/live`);
    const { details } = (await response.json()) as any;

    expect(response.status).toBe(200);
    expect(details.scheduler.status).toMatch(/^(up|degraded)$/);
    expect(details.scheduler.state).toBe('running');
  });

  it('shows the spans of its runs at GET /traces', async () => {
    const spans = (await (await fetch(`${url}/traces`)).json()) as any[];

    const run = spans.find(({ name }) => name === 'run SampleTasks.sample');
    expect(run).toMatchObject({ parent: null, attributes: { 'sts.outcome': 'success' } });
    expect(spans).toContainEqual(
      expect.objectContaining({ name: 'attempt SampleTasks.sample', parent: run.span }),
    );
  });

  it('tells a dead man’s switch of the runs of a task', async () => {
    const checks = (await (await fetch(`${url}/checks`)).json()) as any;

    expect(checks['prune-samples'].signal).toMatch(/^(start|success)$/);
  });

  it('reports each failure once', async () => {
    const reported = app.lines().filter(line => line.includes('[Failures]'));
    const failed = app.lines().filter(line => / outcome=failure /.test(line));

    expect(reported.length).toBe(failed.length);
    expect(reported[0]).toMatch(/attempt 1 of \S+, (another one follows|the last one): Error: /);
  });

  it('rolls each minute up to what its samples say', { timeout: 75_000 }, async () => {
    await app.line(/rolled up \d+ samples .*task=SampleTasks\.rollUp /, 70_000);

    const rollUps = await rowsOf('roll-ups.csv');
    const samples = await rowsOf('samples.csv');
    expect(rollUps).not.toEqual([]);
    expect(rollUps).toEqual(rollUps.map(({ at }) => rollUpOf(at!, samples)));
  });

  it('ends on SIGTERM with exit code 0, and nothing abandoned', { timeout: 40_000 }, async () => {
    app.kill('SIGTERM');

    expect(await app.end(35_000)).toEqual({ code: 0, signal: null });
    await app.line(/LOG \[Sts\] Draining, \d runs? going on/);
    await app.line(/LOG \[Sts\] .*Drained, nothing abandoned duration=\d+ms$/);
    expect(app.lines().filter(line => / (ERROR|FATAL) /.test(line))).toEqual([]);
    expect((await readdir(dataFolder)).toSorted()).toEqual(['roll-ups.csv', 'samples.csv']);
  });

  it('keeps a sample for each run of its task, at the instant at which it was due', async () => {
    const rows = await rowsOf('samples.csv');

    const own = rows.filter(({ at }) => !seeded.some(row => row.at === at));
    const dueAts = app
      .lines()
      .flatMap(line => / run=SampleTasks\.sample@(\d+) .*outcome=success/.exec(line)?.[1] ?? []);
    expect(own.map(({ at }) => at)).toEqual(dueAts.map(Number));
    expect(own.filter(({ at }) => at! % 2_000 !== 0)).toEqual([]);
    for (const { load, memory, disk } of own) {
      expect(load).toBeGreaterThanOrEqual(0);
      for (const percent of [memory, disk]) expect(percent).toSatisfy((p: number) => p > 0 && p <= 100);
    }
  });
});

async function post(path: string, request: unknown): Promise<{ status: number; body: any }> {
  const body = JSON.stringify(request);
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return { status: response.status, body: await response.json() };
}

/** The rows of a CSV file, by the names in its first line; `at` in epoch ms. */
async function rowsOf(file: string): Promise<Row[]> {
  const text = await readFile(join(dataFolder, file), 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  const [columns = [], ...rows] = text
    .trimEnd()
    .split('\n')
    .map(line => line.split(','));
  expect(rows.filter(values => values.length !== columns.length)).toEqual([]);
  return rows.map(values =>
    Object.fromEntries(
      columns.map((column, i) => [column, column === 'at' ? Date.parse(values[i]!) : Number(values[i])]),
    ),
  );
}

/** The average as the app writes it: to two digits after the point. */
function rangeOf(rows: readonly Row[], column: string) {
  const values = rows.map(row => row[column]!);
  const avg = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { min: Math.min(...values), avg: Math.round(avg * 100) / 100, max: Math.max(...values) };
}

function rollUpOf(minuteAt: number, samples: readonly Row[]): Row {
  const own = samples.filter(({ at }) => at! >= minuteAt && at! < minuteAt + MINUTE_MS);
  const ranges = SAMPLE_COLUMNS.flatMap(column => {
    const { min, avg, max } = rangeOf(own, column);
    return [
      [`${column}Min`, min],
      [`${column}Avg`, avg],
      [`${column}Max`, max],
    ];
  });
  return { at: minuteAt, samples: own.length, ...Object.fromEntries(ranges) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
