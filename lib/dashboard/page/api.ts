import type { Problem } from '../api.views.js';

/** What the server refused, or that it could not be reached. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(
    message: string,
    /** Of HTTP; 0 = no answer came. */
    readonly statusCode: number,
  ) {
    super(message);
  }
}

export interface Api {
  get<T>(path: string, signal?: AbortSignal): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
}

export interface ApiOptions {
  readonly base: URL;
  /** Told after each request whether the server answered. */
  readonly onReach: (isReached: boolean) => void;
}

/** The JSON API; every refusal rejects with a ProblemError, an aborted request with an AbortError. */
export function connectApi({ base, onReach }: ApiOptions): Api {
  const ask = async <T>(path: string, init: RequestInit): Promise<T> => {
    const response = await fetch(new URL(path, base), { ...init, credentials: 'same-origin' }).catch(
      (error: unknown) => {
        if (init.signal?.aborted) throw error;
        onReach(false);
        throw new ProblemError('The server does not answer.', 0);
      },
    );
    onReach(true);
    if (response.ok) return (await response.json()) as T;
    throw new ProblemError(await messageOf(response), response.status);
  };
  return {
    get: (path, signal) => ask(path, { signal: signal ?? null, headers: { accept: 'application/json' } }),
    post: (path, body = {}) =>
      ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-sts-dashboard': '1' },
        body: JSON.stringify(body),
      }),
  };
}

export const isAbort = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'AbortError';

/** A proxy in between answers with a page of its own. */
async function messageOf(response: Response): Promise<string> {
  const problem: unknown = await response.json().catch(() => null);
  const message = (problem as Partial<Problem> | null)?.message;
  return typeof message === 'string' ? message : `The server answered ${response.status}.`;
}
