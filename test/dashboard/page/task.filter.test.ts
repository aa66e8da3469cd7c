import { describe, expect, it } from 'vitest';
import { filterTasks, groupsOf, NO_FILTER } from '../../../lib/dashboard/page/task.filter.js';
import { taskView } from './mark.js';

const tasks = [
  taskView({ name: 'Mail.poll', group: 'mail' }),
  taskView({ name: 'Mail.digest', group: 'mail', triggers: ['cron 0 0 * * * (Europe/Paris)'], running: 1 }),
  taskView({ name: 'CleanUp' }),
];

const namesOf = (filter: Partial<typeof NO_FILTER>) =>
  filterTasks(tasks, { ...NO_FILTER, ...filter }, 0).map(({ name }) => name);

describe('the filter of tasks', () => {
  it.each([
    [{}, ['Mail.poll', 'Mail.digest', 'CleanUp']],
    [{ text: 'MAIL' }, ['Mail.poll', 'Mail.digest']],
    [{ text: 'paris mail' }, ['Mail.digest']],
    [{ text: 'mail paris nowhere' }, []],
    [{ text: '.*' }, []],
    [{ group: 'mail' }, ['Mail.poll', 'Mail.digest']],
    [{ group: '' }, ['CleanUp']],
    [{ status: 'running' }, ['Mail.digest']],
  ] as const)('by %j leaves %j', (filter, names) => {
    expect(namesOf(filter)).toEqual(names);
  });

  it('knows the groups', () => {
    expect(groupsOf(tasks)).toEqual(['mail']);
  });
});
