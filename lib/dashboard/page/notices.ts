import { cell, type Cell } from './cell.js';

/** A short message about what somebody has just done. */
export interface Notice {
  readonly id: number;
  readonly tone: 'good' | 'bad';
  readonly text: string;
  /** Where to look on. */
  readonly href: string | null;
}

export interface Notices {
  readonly shown: Cell<readonly Notice[]>;
  say(notice: Omit<Notice, 'id'>): void;
  dismiss(id: number): void;
}

const SHOWN_MS = 8_000;
const MOST = 3;

export function createNotices(): Notices {
  const shown = cell<readonly Notice[]>([]);
  let newest = 0;
  const dismiss = (id: number) => shown.set(shown.get().filter(notice => notice.id !== id));
  return {
    shown,
    dismiss,
    say(notice) {
      const id = ++newest;
      shown.set([...shown.get(), { ...notice, id }].slice(-MOST));
      setTimeout(() => dismiss(id), SHOWN_MS);
    },
  };
}
