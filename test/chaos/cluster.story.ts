import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Run } from '../../lib/run/run.js';
import { recordsOf } from '../bullmq/records.js';
import { SERVERS, until, type TestServer } from '../bullmq/servers/server.js';
import { startNode, type Child } from '../process/child.js';

/** `npm run chaos` sets more. */
const SECONDS = Number(process.env['CHAOS_SECONDS'] ?? 14);
const TASKS = Number(process.env['CHAOS_TASKS'] ?? 20);
const PROCESSES = 3;
const LOCK_MS = 3_000;
/** Longer than a lock lasts: another process takes over. */
const STOP_MS = 5_000;
const PREFIX = 'chaos';
const WORKER = fileURLToPath(new URL('fixtures/cluster.worker.js', import.meta.url));

const AHEAD = fileURLToPath(new URL('fixtures/clock.ahead.js', import.meta.url));

let server: TestServer;
let folder: string;
let startServer: () => Promise<TestServer>;

beforeAll(async () => {
  server = await startServer();
  folder = mkdtempSync(join(tmpdir(), 'nestjs-sts-chaos-'));
}, 120_000);
afterAll(async () => {
  await server.end();
  rmSync(folder, { recursive: true, force: true });
});

interface Call {
  readonly what: 'start' | 'end' | 'aborted';
  readonly task: string;
  readonly dueAt: number;
  readonly pid: number;
  readonly at: number;
}

/** When a process was killed, or stopped for longer than its locks lasted, by its number. */
const cuts = new Map<number, number[]>();
const counts = { kills: 0, stops: 0, restarts: 0 };

/** The clock of the first process is 8 s ahead. */
async function start(i = 1): Promise<Child> {
  const args = [WORKER, server.url, PREFIX, folder, `${TASKS}`, `${LOCK_MS}ms`];
  const child = startNode(i === 0 ? ['--import', AHEAD, ...args] : args);
  await child.line(/^started$/, 60_000);
  return child;
}

function cut({ pid }: { pid: number }): void {
  cuts.set(pid, [...(cuts.get(pid) ?? []), Date.now()]);
}

function calls(): readonly Call[] {
  const files = readdirSync(folder).filter(name => name.startsWith('calls.'));
  const lines = files.flatMap(name => readFileSync(join(folder, name), 'utf8').trim().split('\n'));
  return lines
    .filter(line => line !== '')
    .map(line => {
      const [what, task, dueAt, , pid, at] = line.split(' ');
      return {
        what: what as Call['what'],
        task: task!,
        dueAt: Number(dueAt),
        pid: Number(pid),
        at: Number(at),
      };
    });
}

interface Interval {
  readonly from: number;
  readonly until: number;
  readonly call: Call;
}

/** From the start of a handler to its end, or until its process was cut off from the others. */
function intervals(all: readonly Call[]): readonly Interval[] {
  return all
    .filter(({ what }) => what === 'start')
    .map(call => {
      const isEnd = (other: Call) =>
        other.what !== 'start' &&
        other.task === call.task &&
        other.dueAt === call.dueAt &&
        other.pid === call.pid;
      const ended = all.filter(other => isEnd(other) && other.at >= call.at).map(({ at }) => at);
      const wasCut = (cuts.get(call.pid) ?? []).filter(at => at >= call.at);
      return { from: call.at, until: Math.min(...ended, ...wasCut, Infinity), call };
    });
}

/** The runs of all instants of a stretch of time, both ends included, by id. */
function dueBetween(from: number, to: number): readonly string[] {
  const ids: string[] = [];
  for (let i = 0; i < TASKS; i++) {
    const every = 1_000 * (1 + (i % 5));
    for (let at = Math.ceil(from / every) * every; at <= to; at += every) ids.push(`task-${i}@${at}`);
  }
  return ids;
}

async function havoc(children: Child[]): Promise<void> {
  const i = Math.floor(Math.random() * children.length);
  const child = children[i]!;
  cut(child);
  // In turn, so that a short run has both.
  if (counts.kills <= counts.stops) {
    counts.kills++;
    child.kill('SIGKILL');
    await child.end();
    children[i] = await start(i);
    return;
  }
  counts.stops++;
  child.kill('SIGSTOP');
  await wait(STOP_MS);
  child.kill('SIGCONT');
}

/** Processes that share a server are killed, stopped and cut off, on one kind of server in each test file. */
export function describeChaos(name: 'Redis' | 'PostgreSQL'): void {
  startServer = SERVERS.find(each => each.name === name)!.start;
  describe(`processes on one ${name} that are killed, stopped and cut off`, { timeout: 900_000 }, () => {
    it('have one outcome for each due instant, and overlap nothing', async () => {
      const children = await Promise.all(Array.from({ length: PROCESSES }, (_, i) => start(i)));
      const from = Date.now();
      const restarts = [SECONDS / 3, (2 * SECONDS) / 3];
      while (Date.now() - from < SECONDS * 1_000) {
        await wait(500 + Math.random() * 1_500);
        await havoc(children);
        if (restarts.length > 0 && Date.now() - from > restarts[0]! * 1_000) {
          restarts.shift();
          counts.restarts++;
          await server.stop();
          await wait(500);
          await server.start();
        }
      }
      await wait(6_000);
      const to = Date.now() - 3_000;
      for (const child of children.slice(1)) child.kill('SIGTERM');
      await Promise.all(children.slice(1).map(child => child.end()));
      children[0]!.kill('SIGTERM');
      await children[0]!.end();
      // What was left is taken up by the next process.
      const last = await start();
      const records = await recordsOf(server.url, PREFIX);
      // What it holds back for other processes is submitted when it ends.
      await wait(2_000);
      last.kill('SIGTERM');
      await last.end();
      const closing = await start();
      const due = dueBetween(from, to);
      let runs: readonly Run[] = [];
      // What nobody saw is skipped when it is old enough; what still misses then is told below.
      const isAllOver = async () => {
        runs = await records.all();
        const over = new Set(runs.filter(({ outcome }) => outcome !== null).map(({ id }) => id));
        return due.every(id => over.has(id));
      };
      await until(isAllOver, 120_000).catch(() => undefined);
      closing.kill('SIGTERM');
      await closing.end();
      await records.close();

      const all = calls();
      const byId = new Map<string, Run>(runs.map(run => [run.id, run]));
      const missing: string[] = [];
      const notCompleted: string[] = [];
      const ranAndSkipped: string[] = [];
      const ends = new Set(
        all.filter(({ what }) => what === 'end').map(({ task, dueAt }) => `${task}@${dueAt}`),
      );
      const starts = new Set(
        all.filter(({ what }) => what === 'start').map(({ task, dueAt }) => `${task}@${dueAt}`),
      );
      const kinds: Record<string, number> = {};
      for (const id of due) {
        const run = byId.get(id);
        if (run?.outcome == null) missing.push(id);
        const outcome = run?.outcome;
        const kind =
          outcome && 'reason' in outcome ? `${outcome.kind}(${outcome.reason})` : `${outcome?.kind}`;
        kinds[kind] = (kinds[kind] ?? 0) + 1;
        if (run?.outcome?.kind === 'success' && !ends.has(id)) notCompleted.push(id);
        if (run?.outcome?.kind === 'skipped' && starts.has(id)) ranAndSkipped.push(id);
      }
      const overlaps: string[] = [];
      const spans = intervals(all);
      for (let i = 0; i < TASKS; i += 2) {
        const own = spans.filter(({ call }) => call.task === `task-${i}`).toSorted((a, b) => a.from - b.from);
        own.forEach((span, n) => {
          const next = own[n + 1];
          if (next !== undefined && next.from < span.until) {
            overlaps.push(`${JSON.stringify(span)} and ${JSON.stringify(next)}`);
          }
        });
      }
      console.log(
        `${PROCESSES} processes, ${TASKS} tasks, ${SECONDS} s: ${counts.kills} kills, ${counts.stops} stops, ${counts.restarts} restarts of ${name}; ` +
          `${due.length} instants due, ${missing.length} without an outcome, ${overlaps.length} overlaps, ` +
          `${notCompleted.length} recorded and not completed, ${ranAndSkipped.length} run and skipped; ${JSON.stringify(kinds)}`,
      );
      expect({ missing, notCompleted, ranAndSkipped, overlaps }).toEqual({
        missing: [],
        notCompleted: [],
        ranAndSkipped: [],
        overlaps: [],
      });
    });
  });
}
