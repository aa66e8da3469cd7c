import type { LiveEvent } from '../api.views.js';
import { cell, type Cell } from './cell.js';

/** How the page hears of changes. */
export type LiveState = 'connecting' | 'live' | 'polling';

/** What is used of the browser's EventSource. */
export interface Source {
  /** 2 = closed for good, as after an answer that is no stream. */
  readonly readyState: number;
  addEventListener(type: string, listener: (event: { data?: unknown }) => void): void;
  close(): void;
}

export interface LiveOptions {
  readonly open: () => Source;
  readonly onEvent: (event: LiveEvent) => void;
}

export interface Live {
  readonly state: Cell<LiveState>;
  /** Tries the events at once when it polls: the server has just come back. */
  retry(): void;
  close(): void;
}

const TYPES: readonly LiveEvent['type'][] = [
  'run',
  'progress',
  'log',
  'tasks',
  'scheduler',
  'reset',
  'heartbeat',
];
const CLOSED = 2;
const SILENCE_MS = 40_000;
const POLL_MS = 5_000;
const REOPEN_MS = 3_000;
const TRY_AGAIN_MS = 60_000;
const MOST_FAILURES = 3;
/** The server ends streams now and then, and the browser comes back by itself: nobody need hear of that. */
const DOUBT_MS = 2_000;

/**
 * Listens to the server's events. When they fail three times, or nothing comes for 40 s (a proxy that keeps them
 * to itself), it says `reset` each 5 s instead, which makes the page ask again, and tries the events each minute.
 */
export function connectLive({ open, onEvent }: LiveOptions): Live {
  const state = cell<LiveState>('connecting');
  let source: Source | undefined;
  let failures = 0;
  let hasGap = false;
  let silence: Timer;
  let again: Timer;
  let doubt: Timer;
  let polling: Timer;

  const watchSilence = () => {
    clearTimeout(silence);
    silence = setTimeout(fallBack, SILENCE_MS);
  };

  const opened = () => {
    clearTimeout(doubt);
    if (polling === undefined) state.set('live');
    if (hasGap) onEvent({ type: 'reset' });
    hasGap = false;
  };

  const heard = () => {
    watchSilence();
    clearTimeout(doubt);
    failures = 0;
    clearInterval(polling);
    polling = undefined;
    state.set('live');
  };

  const failed = (from: Source) => {
    hasGap = true;
    failures += 1;
    if (failures >= MOST_FAILURES) return fallBack();
    clearTimeout(doubt);
    if (polling === undefined) doubt = setTimeout(() => state.set('connecting'), DOUBT_MS);
    if (from.readyState === CLOSED) again = setTimeout(connect, REOPEN_MS);
  };

  function connect() {
    disconnect();
    const own = open();
    source = own;
    watchSilence();
    const on = (type: string, act: (event: { data?: unknown }) => void) =>
      own.addEventListener(type, event => {
        if (source === own) act(event);
      });
    on('open', opened);
    on('error', () => failed(own));
    for (const type of TYPES) {
      on(type, ({ data }) => {
        heard();
        const event = parse(data);
        if (event !== null) onEvent(event);
      });
    }
  }

  function disconnect() {
    clearTimeout(silence);
    clearTimeout(again);
    clearTimeout(doubt);
    source?.close();
    source = undefined;
  }

  function fallBack() {
    disconnect();
    hasGap = true;
    failures = MOST_FAILURES - 1;
    state.set('polling');
    onEvent({ type: 'reset' });
    polling ??= setInterval(() => onEvent({ type: 'reset' }), POLL_MS);
    again = setTimeout(connect, TRY_AGAIN_MS);
  }

  connect();
  return {
    state,
    retry() {
      if (polling !== undefined) connect();
    },
    close() {
      disconnect();
      clearInterval(polling);
    },
  };
}

type Timer = ReturnType<typeof setTimeout> | undefined;

/** An event that is no JSON is of a version to come. */
function parse(data: unknown): LiveEvent | null {
  try {
    return JSON.parse(String(data)) as LiveEvent;
  } catch {
    return null;
  }
}
