import type { Opened } from './connections.js';
import { listId, MOST_LISTED } from './fact.ids.js';
import { isTransient } from './server.errors.js';

/** A line of a list that processes write together. */
export interface ListLine {
  /** Of the list. */
  readonly id: string;
  readonly kind: string;
  readonly line: string;
  /** How many are kept: the newest. */
  readonly most: number;
}

/** PostgreSQL numbers the lines of a list, and refuses one whose number another process has just taken. */
const MOST_TRIES = 20;
const NUMBER_TAKEN = '23505';

/** Notes a run that is found by the list of its task alone. */
export function list(opened: Opened, taskName: string, runId: string): Promise<void> {
  return addLine(opened, { id: listId(taskName), kind: 'list', line: runId, most: MOST_LISTED });
}

/** Adds a line to a list, which is made when there is none. */
export async function addLine({ facts }: Opened, { id, kind, line, most }: ListLine): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return void (await facts.addJobLog(id, line, most));
    } catch (error) {
      if (isTransient(error) || tries === MOST_TRIES) throw error;
      const isTaken = (error as { code?: unknown }).code === NUMBER_TAKEN;
      if (!isTaken) await facts.add(kind, {}, { jobId: id });
    }
  }
}
