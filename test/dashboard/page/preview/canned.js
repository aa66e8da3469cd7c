import { KINDS, TIMES } from './canned.tasks.js';

const { SECOND, MINUTE, HOUR } = TIMES;
const KEPT = 200;

/** The same numbers at each start. */
function random(seed) {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

const ERRORS = {
  failure: {
    name: 'SmtpError',
    message: 'connect ECONNREFUSED 10.0.3.7:587 <img src=x onerror=alert(1)>',
    stack: [
      'SmtpError: connect ECONNREFUSED 10.0.3.7:587 <img src=x onerror=alert(1)>',
      '    at Mailer.connect (/app/dist/mail/mailer.js:81:17)',
      '    at async MailTasks.poll (/app/dist/mail/mail.tasks.js:22:5)',
      '    at async attempt (/app/node_modules/nestjs-sts/dist/executor/executor.js:64:20)',
    ].join('\n'),
  },
  timeout: { name: 'TaskTimeoutError', message: 'The attempt took longer than 120000 ms.', stack: '' },
};

export function cannedRuns(now) {
  const next = random(7);
  const runs = new Map();
  for (const kind of KINDS.filter(({ everyMs }) => everyMs > 0)) {
    const first = Math.floor(now / kind.everyMs) * kind.everyMs;
    for (let i = 0; i < KEPT && i * kind.everyMs < 40 * 24 * HOUR; i++) {
      const run = cannedRun({ kind, dueAt: first - i * kind.everyMs, i, now, next });
      runs.set(run.id, run);
    }
  }
  return runs;
}

function cannedRun({ kind, dueAt, i, now, next }) {
  const lateMs = Math.round(next() ** 4 * 900);
  const tookMs = Math.round(kind.tookMs * (0.5 + next() ** 2 * 1.6));
  const outcome = outcomeOf({ kind, i, next });
  const isBad = outcome === 'failure' || outcome === 'timeout';
  const attempts =
    outcome === 'skipped' || outcome === null
      ? 0
      : isBad
        ? (kind.more?.retries ?? 0) + 1
        : next() < 0.08
          ? 2
          : 1;
  const startedAt = outcome === 'skipped' ? null : dueAt + lateMs;
  const ended = attemptsOf({ startedAt, tookMs, attempts, outcome });
  const endedAt = outcome === null ? null : outcome === 'skipped' ? dueAt : ended.at(-1).endedAt;
  const isOpen = outcome === null || endedAt > now;
  return {
    id: `${kind.name}@${dueAt}`,
    task: kind.name,
    cause: i % 17 === 3 ? 'manual' : i % 23 === 5 ? 'catchUp' : 'schedule',
    dueAt,
    startedAt: isOpen && startedAt > now ? now - 5 * SECOND : startedAt,
    endedAt: isOpen ? null : endedAt,
    outcome: isOpen ? null : outcome,
    attempts: isOpen ? 0 : attempts,
    count: outcome === 'skipped' && i % 3 === 0 ? 4 : 1,
    lastDueAt: outcome === 'skipped' && i % 3 === 0 ? dueAt + 3 * kind.everyMs : dueAt,
    reason:
      outcome === 'skipped'
        ? 'overlap'
        : outcome === 'cancelled'
          ? 'wrong month chosen'
          : outcome === 'abandoned'
            ? 'crash'
            : null,
    detail: outcome === 'skipped' ? 'It overlapped the run of 18:05:00.' : null,
    error: isOpen ? null : (ERRORS[outcome] ?? null),
    ended: isOpen ? [] : ended,
    node: 'web-7c9d5b9f6d-x2lqp:41',
    progress: isOpen ? { fraction: 0.62, message: 'Account 6,204 of 10,000' } : null,
  };
}

function outcomeOf({ kind, i, next }) {
  if (i === 0 && kind.last !== undefined) return kind.last === 'running' ? null : kind.last;
  const roll = next();
  if (kind.bad !== undefined && roll < kind.badShare) return kind.bad[i % kind.bad.length];
  return roll > 0.95 ? 'skipped' : 'success';
}

function attemptsOf({ startedAt, tookMs, attempts, outcome }) {
  const all = [];
  let from = startedAt;
  for (let number = 1; number <= attempts; number++) {
    const isLast = number === attempts;
    const endedAt = from + Math.round(tookMs / attempts);
    const kind = isLast ? outcome : 'failure';
    all.push({ number, startedAt: from, endedAt, outcome: kind, error: ERRORS[kind] ?? null });
    from = endedAt + 1_000 * 2 ** (number - 1);
  }
  return all;
}

const OF_A_MARK = 'id task cause dueAt startedAt endedAt outcome attempts count lastDueAt'.split(' ');

const markOf = run => Object.fromEntries(OF_A_MARK.map(key => [key, run[key]]));

export function cannedTasks(runs, now, copies = 1) {
  const kinds = Array.from({ length: copies }, (_, copy) => KINDS.map(kind => ({ kind, copy }))).flat();
  return kinds.map(({ kind, copy }) => {
    const own = [...runs.values()].filter(({ task }) => task === kind.name);
    const ended = own.filter(({ outcome }) => outcome !== null && outcome !== 'skipped');
    const took = ended.map(({ startedAt, endedAt }) => endedAt - startedAt).sort((a, b) => a - b);
    const more = kind.more ?? {};
    const isOff = more.paused || more.disabledBy !== undefined;
    return {
      name: copy === 0 ? kind.name : `${kind.name} ${copy}`,
      group: kind.group ?? null,
      triggers: kind.triggers,
      nextAt:
        isOff || kind.triggers.length === 0
          ? null
          : kind.everyMs === 0
            ? now + 90 * 24 * HOUR
            : Math.ceil((now + 1) / kind.everyMs) * kind.everyMs,
      disabledBy: null,
      running: own.filter(({ outcome }) => outcome === null).length,
      waiting: 0,
      overlap: 'skip',
      jitterMs: 0,
      timeoutMs: null,
      retries: 0,
      hasPayload: false,
      ...more,
      paused: more.paused
        ? {
            since: now - 3 * HOUR,
            reason: 'The payment provider is down until noon',
            until: null,
            scope: 'group',
          }
        : null,
      lastRun: own[0] ?? null,
      stats: {
        runs: ended.length,
        skips: own.length - ended.length,
        successRate:
          ended.length === 0
            ? null
            : ended.filter(({ outcome }) => outcome === 'success').length / ended.length,
        p50Ms: took[Math.floor(took.length / 2)] ?? null,
        p95Ms: took[Math.floor(took.length * 0.95)] ?? null,
        recent: own.slice(0, 60).map(markOf).toReversed(),
      },
    };
  });
}

export function cannedTimeline(runs, from, to, now) {
  const items = [...runs.values()]
    .filter(({ dueAt, endedAt }) => dueAt <= to && (endedAt ?? now) >= from)
    .map(markOf)
    .sort((a, b) => a.dueAt - b.dueAt);
  return { from, to, now, items, cut: ['MailTasks.poll'] };
}

export function cannedSchedule(from, to) {
  const stepMs = MINUTE;
  const counts = Array.from({ length: Math.ceil((to - from) / stepMs) }, () => 0);
  const tasks = [];
  for (const { name, everyMs } of KINDS.filter(({ everyMs, more }) => everyMs > 0 && !more)) {
    let count = 0;
    for (let at = Math.ceil(from / everyMs) * everyMs; at < to; at += everyMs, count++)
      counts[Math.floor((at - from) / stepMs)] += 1;
    tasks.push({ name, count, isEstimate: false });
  }
  const peaks = Array.from({ length: 6 }, (_, i) => ({
    at: from + (i + 1) * HOUR,
    count: 6 - (i % 3),
    tasks: KINDS.slice(0, 6 - (i % 3)).map(({ name }) => name),
  }));
  return { from, to, stepMs, counts, peaks, tasks };
}

export function cannedScheduler(now) {
  const node = { version: '0.1.0', startedAt: now - 52 * HOUR, seenAt: now - 4 * SECOND, clockSkewMs: 12 };
  return {
    now,
    isRunning: true,
    eventLoop: { p50Ms: 0.4, p99Ms: 11.2, maxMs: 48 },
    since: now - 52 * HOUR,
    due: 48_211,
    going: 2,
    unaccounted: 0,
    others: 18_044,
    outcomes: { success: 27_904, failure: 612, timeout: 41, cancelled: 8, skipped: 1_598, abandoned: 2 },
    skipped: { overlap: 1_204, paused: 388, coalesced: 6 },
    nodes: [
      { id: 'web-7c9d5b9f6d-x2lqp:41', ...node, isThis: true },
      { id: 'web-7c9d5b9f6d-9vkzt:41', ...node, startedAt: now - 50 * HOUR, clockSkewMs: -3, isThis: false },
    ],
  };
}

export function cannedLogs(run) {
  const at = run.startedAt ?? run.dueAt;
  const line = (afterMs, level, message, attempt = 1) => ({ at: at + afterMs, attempt, level, message });
  return {
    items: [
      line(2, 'INFO', 'Asking for new mail'),
      line(14, 'DEBUG', '10.0.3.7:587 <script>alert("log")</script>'),
      line(40, 'WARNING', 'The server is slow: 1,204 ms for a greeting'),
      line(
        61,
        'ERROR',
        'connect ECONNREFUSED 10.0.3.7:587\n    at Mailer.connect',
        Math.max(1, run.attempts),
      ),
    ],
  };
}
