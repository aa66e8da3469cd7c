import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'libsql';
import { afterAll, describe, expect, it } from 'vitest';
import { startNode } from '../process/child.js';

/** `npm run chaos` kills 100 times. */
const KILLS = Number(process.env['CHAOS_KILLS'] ?? 8);
const WORKER = fileURLToPath(new URL('fixtures/worker.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sts-chaos-'));
const file = join(folder, 'history.db');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RUNS = `
  SELECT t.name AS task, r.cause, r.due_at, r.last_due_at, r.count, r.started_at, r.kind, r.reason
  FROM sts_run r JOIN sts_task t ON t.no = r.task ORDER BY r.due_at, r.last_due_at
`;

interface Row {
  readonly task: string;
  readonly cause: string;
  readonly due_at: number;
  readonly last_due_at: number;
  readonly count: number;
  readonly started_at: number | null;
  readonly kind: string | null;
  readonly reason: string | null;
}

function rows(): readonly Row[] {
  const database = new Database(file);
  try {
    return database.prepare(RUNS).all() as Row[];
  } finally {
    database.close();
  }
}

/** The calls of handlers, as the handlers themselves have noted them. */
function calls(): readonly string[] {
  return readFileSync(`${file}.calls`, 'utf8').trim().split('\n');
}

describe('a process that is killed again and again', { timeout: 600_000 }, () => {
  it('leaves a whole file, ends what was interrupted as abandoned, and accounts for every instant', async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      const child = startNode([WORKER, file]);
      await child.line(/^started$/);
      await wait(150 + Math.random() * 500);
      child.kill('SIGKILL');
      await child.end();
    }
    const last = startNode([WORKER, file]);
    await last.line(/^started$/);
    await wait(500);
    last.kill('SIGTERM');
    expect(await last.end()).toEqual({ code: 0, signal: null });

    const database = new Database(file);
    expect(database.prepare('PRAGMA integrity_check').get()).toMatchObject({ integrity_check: 'ok' });
    database.close();
    const all = rows();
    // What came while the last process drained is left to the next one.
    expect(all.filter(({ kind, started_at }) => kind === null && started_at !== null)).toEqual([]);
    const abandoned = all.filter(({ kind, reason }) => kind === 'abandoned' && reason === 'crash');
    for (const [task, everyMs] of [
      ['Tasks.quick', 50],
      ['Tasks.slow', 300],
    ] as const) {
      const own = all.filter(row => row.task === task && row.cause !== 'manual');
      const due = (own.at(-1)!.last_due_at - own[0]!.due_at) / everyMs + 1;
      const accounted = own.reduce((sum, { count }) => sum + count, 0);
      expect({ task, unaccounted: due - accounted }).toEqual({ task, unaccounted: 0 });
    }
    const called = calls();
    expect(called.length).toBeGreaterThan(KILLS);
    expect(called.length - new Set(called).size).toBe(0);
    const ran = all.filter(({ kind }) => kind !== 'skipped').map(row => `${row.task} ${row.due_at}`);
    // A run may have its record and not its call, when the kill came between the two.
    expect(called.filter(call => !ran.includes(call))).toEqual([]);
    console.log(
      `${KILLS} kills: ${all.length} records, ${called.length} calls, ${abandoned.length} runs abandoned, none lost, none double`,
    );
    // The slow task is nearly always at work when its process is killed.
    expect(abandoned.length).toBeGreaterThanOrEqual(Math.floor(KILLS / 3));
  });
});
