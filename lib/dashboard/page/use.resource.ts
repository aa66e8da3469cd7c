import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { LiveEvent } from '../api.views.js';
import { isAbort, ProblemError } from './api.js';
import { useApp } from './app.context.js';
import { paced } from './pace.js';

/** What is asked of the API, and when it is asked again. */
export interface Question {
  /** What it is about; another key is another question. */
  readonly key: string;
  /** Where to ask, when it differs from the key. */
  readonly path?: () => string;
  /** Which events change the answer; `reset` always does. */
  readonly changes?: (event: LiveEvent) => boolean;
  /** It is not asked again within so many ms, however much happens; 2 s unless said otherwise. */
  readonly gapMs?: number;
}

/** The newest answer, kept while it is asked again, and what went wrong the last time. */
export interface Resource<T> {
  readonly value: T | null;
  readonly problem: ProblemError | null;
  readonly reload: () => void;
}

const GAP_MS = 2_000;
/** A large answer is asked for less often: one part of the time in so many. */
const EASE = 20;
const MOST_ANSWERS = 20;

export function useResource<T>({ key, path, changes, gapMs = GAP_MS }: Question): Resource<T> {
  const { api, answers, listen, clock } = useApp();
  const [state, setState] = useState<{ key: string; value: T | null; problem: ProblemError | null }>();
  const question = useRef({ path, changes });
  question.current = { path, changes };
  const reloadRef = useRef<() => void>(() => undefined);

  useEffect(() => {
    let request: AbortController | undefined;
    let tookMs = 0;
    const load = async () => {
      request?.abort();
      const own = (request = new AbortController());
      const since = performance.now();
      try {
        const value = await api.get<T>(question.current.path?.() ?? key, own.signal);
        if (own.signal.aborted) return;
        tookMs = performance.now() - since;
        syncClock(value, clock.sync);
        remember(answers, key, value);
        setState({ key, value, problem: null });
      } catch (error) {
        if (own.signal.aborted || isAbort(error)) return;
        const problem = error instanceof ProblemError ? error : new ProblemError(String(error), 0);
        setState({ key, value: (answers.get(key) as T | undefined) ?? null, problem });
      }
    };
    const reload = paced(
      () => void load(),
      () => Math.max(gapMs, tookMs * EASE),
    );
    reloadRef.current = () => void load();
    reload.call();
    const unlisten = listen(event => {
      if (event.type === 'reset' || question.current.changes?.(event)) reload.call();
    });
    return () => {
      unlisten();
      reload.stop();
      request?.abort();
    };
  }, [key, api, answers, listen, clock, gapMs]);

  const reload = useCallback(() => reloadRef.current(), []);
  const current = state?.key === key ? state : undefined;
  return {
    value: current?.value ?? (answers.get(key) as T | undefined) ?? null,
    problem: current?.problem ?? null,
    reload,
  };
}

function syncClock(value: unknown, sync: (now: number) => void): void {
  const { now } = value as { now?: unknown };
  if (typeof now === 'number') sync(now);
}

function remember(answers: Map<string, unknown>, key: string, value: unknown): void {
  answers.delete(key);
  answers.set(key, value);
  if (answers.size > MOST_ANSWERS) answers.delete(answers.keys().next().value!);
}
