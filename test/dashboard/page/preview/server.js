// Serves the built page with canned answers, to look at it: node test/dashboard/page/preview/server.js [port]
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  cannedLogs,
  cannedRuns,
  cannedSchedule,
  cannedScheduler,
  cannedTasks,
  cannedTimeline,
} from './canned.js';

const assets = fileURLToPath(new URL('../../../../dist/dashboard/assets/', import.meta.url));
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'";
const TYPES = { js: 'text/javascript', css: 'text/css' };

/** Options: `copies` of all tasks, `rights`, `isEmpty`, `hasEvents`. */
export function previewServer({
  copies = 1,
  rights = { run: true, pause: true, cancel: true },
  isEmpty = false,
  hasEvents = true,
} = {}) {
  const runs = isEmpty ? new Map() : cannedRuns(Date.now());
  const answer = (path, query) => {
    const now = Date.now();
    const at = name => Number(query.get(name));
    const [kind, id, what] = path.split('/').map(decodeURIComponent);
    const tasks = () => (isEmpty && copies === 0 ? [] : cannedTasks(runs, now, copies));
    if (kind === 'config') return { title: 'Acme billing', version: '0.1.0', now, rights };
    if (kind === 'scheduler') return cannedScheduler(now);
    if (kind === 'schedule') return cannedSchedule(at('from'), at('to'));
    if (kind === 'tasks' && id === undefined) return { now, items: tasks() };
    if (kind === 'tasks' && what === 'next') return { items: nextRuns(now) };
    if (kind === 'tasks' && what === 'runs')
      return page(
        [...runs.values()].filter(run => run.task === id),
        query,
      );
    if (kind === 'tasks') return tasks().find(({ name }) => name === id);
    if (kind === 'runs' && id === undefined) return cannedTimeline(runs, at('from'), at('to'), now);
    const run = runs.get(id);
    if (run !== undefined && what === 'logs') return cannedLogs(run);
    if (run !== undefined && what === 'explain')
      return {
        at: run.dueAt,
        kind: 'ran',
        sentence: `${run.task} was due at ${new Date(run.dueAt).toISOString()} and ran on ${run.node}.`,
        runId: id,
      };
    return run;
  };
  return createServer((request, response) => {
    const url = new URL(request.url, 'http://preview');
    const path = url.pathname.replace(/^\/sts\/?/, '');
    response.setHeader('content-security-policy', CSP);
    if (path === '') return void response.setHeader('content-type', 'text/html').end(html());
    if (path.startsWith('assets/')) {
      response.setHeader('content-type', TYPES[path.split('.').at(-1)] ?? 'text/plain');
      return void response.end(readFileSync(join(assets, path.slice('assets/'.length))));
    }
    if (path === 'api/events') return hasEvents ? events(response) : void response.writeHead(502).end();
    const body =
      request.method === 'POST'
        ? { runId: [...runs.keys()][0], state: 'started', reason: null, detail: null, changed: true }
        : answer(path.replace(/^api\//, ''), url.searchParams);
    response.statusCode = body === undefined ? 404 : 200;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(body ?? { statusCode: 404, message: 'There is no such run any more.' }));
  });
}

function html() {
  const { js, css } = JSON.parse(readFileSync(join(assets, 'manifest.json'), 'utf8'));
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Tasks</title><link rel="icon" href="data:,"><link rel="stylesheet" href="assets/${css}"><script type="module" src="assets/${js}"></script></head><body><div id="app"></div></body></html>`;
}

function events(response) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const beat = () =>
    response.write(`event: heartbeat\ndata: ${JSON.stringify({ type: 'heartbeat', now: Date.now() })}\n\n`);
  beat();
  const timer = setInterval(beat, 15_000);
  response.on('close', () => clearInterval(timer));
}

function page(runs, query) {
  const from = Number(query.get('cursor') ?? 0);
  const limit = Number(query.get('limit') ?? 25);
  const end = from + limit;
  return { items: runs.slice(from, end), nextCursor: end < runs.length ? String(end) : null };
}

function nextRuns(now) {
  const local = new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'medium',
    timeZone: 'Europe/Paris',
  });
  return Array.from({ length: 10 }, (_, i) => {
    const at = Math.ceil(now / 3_600_000 + i) * 3_600_000;
    const note =
      i === 3 ? 'The clocks go forward: 02:00 to 03:00 does not exist, so it runs at 03:00.' : null;
    return { at, local: `${local.format(at)} +01:00`, zone: 'Europe/Paris', note };
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const port = Number(process.argv[2] ?? 4_173);
  previewServer().listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}/sts/`));
}
