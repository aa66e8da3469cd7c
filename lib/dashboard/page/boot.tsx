import { useEffect, useMemo, useState } from 'preact/hooks';
import type { ConfigView } from '../api.views.js';
import { connectApi, ProblemError } from './api.js';
import { AppContext, type App } from './app.context.js';
import { cell } from './cell.js';
import { createNotices } from './notices.js';
import { serverClock } from './server.clock.js';
import { Shell } from './shell.js';
import { useLive } from './use.live.js';
import { Mark } from './parts/brand.js';

/** Asks who we are before anything else is shown. */
export function Boot({ base }: { base: URL }) {
  const isReached = useMemo(() => cell(true), []);
  const api = useMemo(() => connectApi({ base, onReach: reached => isReached.set(reached) }), [base]);
  const [config, setConfig] = useState<ConfigView | null>(null);
  const [problem, setProblem] = useState<ProblemError | null>(null);
  const [tries, setTries] = useState(0);

  useEffect(() => {
    const request = new AbortController();
    api
      .get<ConfigView>('config', request.signal)
      .then(setConfig)
      .catch((error: unknown) => {
        if (error instanceof ProblemError) setProblem(error);
      });
    return () => request.abort();
  }, [api, tries]);

  if (config !== null) return <Ready base={base} app={{ api, config, isReached }} />;
  if (problem === null) return <Splash />;
  const retry = () => {
    setProblem(null);
    setTries(tries + 1);
  };
  return <Refused problem={problem} retry={retry} />;
}

function Ready({ base, app }: { base: URL; app: Pick<App, 'api' | 'config' | 'isReached'> }) {
  const { api, config, isReached } = app;
  const clock = useMemo(serverClock, []);
  const { listen, state } = useLive({ base, clock, isReached });
  const value = useMemo<App>(() => {
    clock.sync(config.now);
    return { api, config, clock, isReached, listen, notices: createNotices(), answers: new Map() };
  }, [api, config]);
  return (
    <AppContext.Provider value={value}>
      <Shell live={state} />
    </AppContext.Provider>
  );
}

function Splash() {
  return (
    <div class="splash" role="status">
      <Mark class="splash-mark" />
      <span class="visually-hidden">Loading</span>
    </div>
  );
}

function Refused({ problem, retry }: { problem: ProblemError; retry: () => void }) {
  const isShut = problem.statusCode === 401 || problem.statusCode === 403;
  return (
    <main class="splash">
      <Mark class="splash-mark is-still" />
      <h1>{isShut ? 'This dashboard is not open to you' : 'The dashboard cannot be reached'}</h1>
      <p role="alert">{problem.message}</p>
      <button type="button" class="button is-primary" onClick={retry}>
        Try again
      </button>
    </main>
  );
}
