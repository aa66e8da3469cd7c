import { beforeEach, describe, expect, it } from 'vitest';
import { DuplicateTaskError, UnknownTaskError } from '../../lib/errors.js';
import type { TaskDefinition } from '../../lib/task/task.definition.js';
import { TaskResolver } from '../../lib/task/task.resolver.js';
import { TaskTable } from '../../lib/task/task.table.js';
import { rawTask } from './sample.task.js';

describe('TaskTable', () => {
  const resolver = new TaskResolver({ layers: [], groups: new Map(), timeZone: undefined });
  let table: TaskTable;

  function taskNamed(name: string, place = `${name} in AppModule`): TaskDefinition {
    return resolver.resolve({ ...rawTask({ every: '10s' }), name, place });
  }

  beforeEach(() => {
    table = new TaskTable();
  });

  it('finds a task by its name', () => {
    const task = taskNamed('A');
    table.add(task, 0);

    expect([table.find('A'), table.get('A')]).toEqual([task, task]);
  });

  it('lists tasks in order of creation', () => {
    for (const name of ['C', 'A', 'B']) table.add(taskNamed(name), 0);

    expect(table.all().map(task => task.name)).toEqual(['C', 'A', 'B']);
  });

  it('gives a list of its own, which later changes leave as it is', () => {
    table.add(taskNamed('A'), 0);
    const before = table.all();

    table.add(taskNamed('B'), 0);

    expect(before.map(task => task.name)).toEqual(['A']);
  });

  it('refuses a name that is taken, names both places, and keeps the first', () => {
    const first = taskNamed('Backup', 'Backup in FilesModule');
    table.add(first, 0);

    const add = () => table.add(taskNamed('Backup', 'Backup in MailModule'), 0);

    expect(add).toThrow(DuplicateTaskError);
    expect(add).toThrow(
      "Backup in MailModule expects a name of its own, but Backup in FilesModule has it already, got 'Backup'." +
        ' Give one of the two another name with the option `name`.',
    );
    expect(table.get('Backup')).toBe(first);
  });

  it('puts a task in the place of the one with its name', () => {
    for (const name of ['A', 'B']) table.add(taskNamed(name), 0);
    const replacement = taskNamed('A');

    table.replace(replacement, 0);

    expect(table.all()).toEqual([replacement, table.get('B')]);
  });

  it('forgets a removed task, whose name is free again', () => {
    table.add(taskNamed('A'), 0);

    table.remove('A');

    expect(table.find('A')).toBeUndefined();
    expect(() => table.add(taskNamed('A'), 0)).not.toThrow();
  });

  it('does nothing when a task that it does not know is removed', () => {
    table.remove('A');

    expect(table.all()).toEqual([]);
  });

  it('answers an unknown name with an error that has the nearest one', () => {
    table.add(taskNamed('ReportTasks.send'), 0);

    expect(() => table.get('ReportTask.send')).toThrow(UnknownTaskError);
    expect(() => table.get('ReportTask.send')).toThrow("Did you mean 'ReportTasks.send'?");
  });

  it.each(['constructor', '__proto__', 'toString'])('knows no task %s, which every object inherits', name => {
    expect(table.find(name)).toBeUndefined();
    expect(() => table.get(name)).toThrow(UnknownTaskError);
  });
});
