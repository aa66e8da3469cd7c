import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ListView } from './row.window.js';

/** The same as in `tasks.css`. */
const ROW_PX = 64;
const CARD_PX = 180;
const PHONE = matchMedia('(max-width: 760px)');
/** The list is drawn again only when this much has passed by. */
const STEP_PX = 64;

/** Follows the window's scrolling. */
export function useRowWindow() {
  const ref = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<ListView>(() => ({ top: 0, height: innerHeight, rowPx: rowPx() }));
  useLayoutEffect(() => {
    const update = () => {
      const top = -(ref.current?.getBoundingClientRect().top ?? 0);
      const next = { top: Math.round(top / STEP_PX) * STEP_PX, height: innerHeight, rowPx: rowPx() };
      setView(before => (isSame(before, next) ? before : next));
    };
    update();
    addEventListener('scroll', update, { passive: true });
    addEventListener('resize', update);
    return () => {
      removeEventListener('scroll', update);
      removeEventListener('resize', update);
    };
  }, []);
  return { ref, view };
}

const rowPx = () => (PHONE.matches ? CARD_PX : ROW_PX);

const isSame = (a: ListView, b: ListView) => a.top === b.top && a.height === b.height && a.rowPx === b.rowPx;
