import { describe, expect, it } from 'vitest';
import { hrefOf, hrefOfRun, hrefOfTask, readRoute } from '../../../lib/dashboard/page/router.js';

describe('the router', () => {
  it.each([
    ['', { page: 'overview' }],
    ['#', { page: 'overview' }],
    ['#/', { page: 'overview' }],
    ['#/tasks', { page: 'tasks' }],
    ['#/tasks/Mail.poll', { page: 'task', name: 'Mail.poll' }],
    ['#/runs/a%2Fb', { page: 'run', id: 'a/b' }],
    ['#/scheduler', { page: 'scheduler' }],
    ['#/scheduler/more', { page: 'unknown' }],
    ['#/runs', { page: 'unknown' }],
    ['#/elsewhere', { page: 'unknown' }],
    ['#/tasks/%E0%A4%A', { page: 'unknown' }],
  ])('reads %j', (hash, route) => {
    expect(readRoute(hash)).toEqual(route);
  });

  it.each(['a/b', '100%', '%2F', '<script>', 'выгрузка ☃', '../..', '?x=1#y'])(
    'leads to the task %j and back',
    name => {
      expect(readRoute(hrefOfTask(name))).toEqual({ page: 'task', name });
      expect(readRoute(hrefOfRun(name))).toEqual({ page: 'run', id: name });
    },
  );

  it('leads to the pages without a name', () => {
    expect((['overview', 'tasks', 'scheduler'] as const).map(page => hrefOf({ page }))).toEqual([
      '#/',
      '#/tasks',
      '#/scheduler',
    ]);
  });
});
