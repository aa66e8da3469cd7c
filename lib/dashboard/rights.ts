import type { Rights } from './api.views.js';
import type { DashboardAccess } from './dashboard.options.js';

const NOTHING: Rights = { run: false, pause: false, cancel: false };
const EVERYTHING: Rights = { run: true, pause: true, cancel: true };

/** What an answer of `access` allows; `null` = not even to look. What is no answer allows nothing. */
export function rightsFrom(access: DashboardAccess): Rights | null {
  if (access === 'all') return EVERYTHING;
  if (access === 'read-only') return NOTHING;
  if (typeof access !== 'object' || access === null) return null;
  const { run, pause, cancel } = access;
  return { run: run === true, pause: pause === true, cancel: cancel === true };
}
