import { useEffect, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { Trouble } from '../parts/answer.js';

type Pages = typeof import('./pages.js');

let loading: Promise<Pages> | undefined;
let loaded: Pages | undefined;

export function loadPages(): Promise<Pages> {
  loading ??= import('./pages.js').then(pages => (loaded = pages));
  return loading;
}

/** Shows a page that may still have to be loaded. */
export function Later({ children }: { children: (pages: Pages) => ComponentChildren }) {
  const [pages, setPages] = useState(loaded);
  const [isGone, setGone] = useState(false);
  useEffect(() => {
    if (pages !== undefined) return;
    loadPages().then(
      pages => setPages(pages),
      () => setGone(true),
    );
  }, [pages]);
  if (isGone)
    return <Trouble message="This page is of another version by now." retry={() => location.reload()} />;
  return <>{pages !== undefined && children(pages)}</>;
}
