import type { Opened } from './connections.js';
import { listId, MOST_LISTED } from './fact.ids.js';
import { isTransient } from './server.errors.js';

/** PostgreSQL numbers the lines of a list, and refuses one whose number another process has just taken. */
const MOST_TRIES = 20;
const NUMBER_TAKEN = '23505';

/** Notes a run that is found by the list of its task alone. */
export async function list({ facts }: Opened, taskName: string, runId: string): Promise<void> {
  const id = listId(taskName);
  for (let tries = 1; ; tries++) {
    try {
      return void (await facts.addJobLog(id, runId, MOST_LISTED));
    } catch (error) {
      if (isTransient(error) || tries === MOST_TRIES) throw error;
      const isTaken = (error as { code?: unknown }).code === NUMBER_TAKEN;
      if (!isTaken) await facts.add('list', { taskName }, { jobId: id });
    }
  }
}
