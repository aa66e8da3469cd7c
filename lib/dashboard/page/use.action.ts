import { useState } from 'preact/hooks';
import { useApp } from './app.context.js';

/** One POST at a time, with what is said afterwards. */
export interface Action<T> {
  readonly isBusy: boolean;
  readonly problem: string | null;
  /** Resolves to the answer; `null` when it was refused. */
  send(path: string, body?: unknown): Promise<T | null>;
}

export function useAction<T>(): Action<T> {
  const { api } = useApp();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  return {
    isBusy,
    problem,
    async send(path, body) {
      setBusy(true);
      setProblem(null);
      try {
        return await api.post<T>(path, body);
      } catch (error) {
        setProblem(error instanceof Error ? error.message : String(error));
        return null;
      } finally {
        setBusy(false);
      }
    },
  };
}
