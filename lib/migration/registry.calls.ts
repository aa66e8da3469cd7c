import ts from 'typescript';
import { addedTask, type AddedKind } from './added.tasks.js';
import { rewriteHandle } from './job.handles.js';
import type { HandleKind } from './job.uses.js';
import type { MigratedFile } from './migrated.file.js';
import { NO_SCHEDULER, schedulerText } from './scheduler.member.js';

export type MethodCall = ts.CallExpression & { expression: ts.PropertyAccessExpression };

/** Rewrites `registry.method(…)`, where the registry is one of @nestjs/schedule. */
export function rewriteRegistryCall(call: MethodCall, file: MigratedFile): void {
  const { rewriting } = file;
  const { expression: registry, name } = call.expression;
  const [first, second] = call.arguments;
  const method = name.text;
  if (call.expression.questionDotToken !== undefined) {
    return rewriting.leave(call, `a registry that may be missing: ${method}() is not rewritten`);
  }
  const handle = HANDLES[method];
  const added = ADDED[method];
  if (handle !== undefined) return rewriteHandle(call, handle, file);
  if (added !== undefined) return addedTask(call, added, file);
  if (REMOVALS.has(method)) {
    const scheduler = schedulerText(registry, file);
    if (scheduler === undefined) return rewriting.leave(call, NO_SCHEDULER);
    return rewriting.replace(
      call,
      `${scheduler}.removeTask(${first === undefined ? '' : rewriting.text(first)})`,
    );
  }
  if ((method === 'doesExist' || method === 'doesExists') && second !== undefined) {
    return rewriting.replace(call, `${rewriting.text(registry)}.has(${rewriting.text(second)})`);
  }
  if (method === 'getIntervals') return rewriting.replace(call, intervalsText(rewriting.text(registry)));
  rewriting.leave(call, LEFT[method] ?? `${method}() is no method of the registry here`);
}

const HANDLES: Readonly<Record<string, HandleKind>> = {
  getCronJob: 'cron',
  getInterval: 'timer',
  getTimeout: 'timer',
};

const ADDED: Readonly<Record<string, AddedKind>> = {
  addCronJob: 'cron',
  addInterval: 'interval',
  addTimeout: 'timeout',
};

const REMOVALS: ReadonlySet<string> = new Set(['deleteCronJob', 'deleteInterval', 'deleteTimeout']);

const LEFT: Readonly<Record<string, string>> = {
  getCronJobs:
    'getCronJobs() is registry.list() here: descriptions of all tasks, with name, triggers and nextAt',
  getTimeouts: 'getTimeouts() is registry.list() here; a @Timeout has become a task without triggers',
};

function intervalsText(registry: string): string {
  const isInterval = "({ triggers }) => triggers.some(rule => rule.startsWith('every '))";
  return `${registry}.list().filter(${isInterval}).map(({ name }) => name)`;
}
