import { useEffect, useRef } from 'preact/hooks';
import type { LiveState } from './live.js';
import { hrefOf, type Route } from './router.js';
import { localZone } from './time.js';
import { useApp } from './app.context.js';
import { useCell } from './use.cell.js';
import { useRoute } from './use.route.js';
import { Mark } from './parts/brand.js';
import { Connection } from './parts/connection.js';
import { IconClock, IconList, IconPulse } from './parts/icons.js';
import { NoticeList } from './parts/notice.list.js';
import { ThemeButton } from './parts/theme.button.js';
import { Overview } from './views/overview.js';
import { Later, loadPages } from './views/later.js';
import { Unknown } from './views/unknown.js';

/** What stands around every page. */
export function Shell({ live }: { live: LiveState }) {
  const { config, isReached } = useApp();
  const isLost = !useCell(isReached);
  const route = useRoute();
  const main = useFocusOnNavigation(JSON.stringify(route));
  const skip = () => main.current?.focus();
  useEffect(() => void loadPages().catch(() => undefined), []);
  return (
    <>
      <button type="button" class="skip-link" onClick={skip}>
        Skip to content
      </button>
      <header class="bar">
        <a class="brand" href={hrefOf({ page: 'overview' })}>
          <Mark />
          <span class="brand-title">{config.title}</span>
        </a>
        <Nav route={route} />
        <div class="bar-end">
          <Connection live={live} />
          <ThemeButton />
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1} class="main">
        {isLost && <p class="note is-bad">The server does not answer: what you see may be old by now.</p>}
        <Page route={route} />
      </main>
      <footer class="footer">
        <span>nestjs-sts {config.version}</span>
        <span>Times are in {localZone()}</span>
      </footer>
      <NoticeList />
    </>
  );
}

function Page({ route }: { route: Route }) {
  switch (route.page) {
    case 'overview':
      return <Overview />;
    case 'tasks':
      return <Later>{({ TasksPage }) => <TasksPage />}</Later>;
    case 'task':
      return <Later>{({ TaskPage }) => <TaskPage key={route.name} name={route.name} />}</Later>;
    case 'run':
      return <Later>{({ RunPage }) => <RunPage key={route.id} id={route.id} />}</Later>;
    case 'scheduler':
      return <Later>{({ SchedulerPage }) => <SchedulerPage />}</Later>;
    case 'unknown':
      return <Unknown />;
  }
}

function Nav({ route }: { route: Route }) {
  const isTasks = route.page === 'tasks' || route.page === 'task' || route.page === 'run';
  return (
    <nav class="nav" aria-label="Pages">
      <a href={hrefOf({ page: 'overview' })} aria-current={route.page === 'overview' ? 'page' : undefined}>
        <IconPulse /> Overview
      </a>
      <a href={hrefOf({ page: 'tasks' })} aria-current={isTasks ? 'page' : undefined}>
        <IconList /> Tasks
      </a>
      <a href={hrefOf({ page: 'scheduler' })} aria-current={route.page === 'scheduler' ? 'page' : undefined}>
        <IconClock /> Scheduler
      </a>
    </nav>
  );
}

/** A new page begins at its top, for eyes and for screen readers. */
function useFocusOnNavigation(place: string) {
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) {
      main.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    isFirst.current = false;
  }, [place]);
  return main;
}
