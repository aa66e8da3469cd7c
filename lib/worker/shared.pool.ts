import type { Piscina } from 'piscina';
import { onSchedulerStop, stopHooksOf } from '../task/stop.hooks.js';
import type { TaskContext } from '../task/task.context.js';

/** Whose pool it is, and how there comes to be one. */
export interface PoolOrder {
  /** What differs from one pool of a scheduler to another. */
  readonly key: string;
  /** Keeps the pools of a context without a scheduler. */
  readonly owner: object;
  readonly open: () => Promise<Piscina>;
}

/** By scheduler rather than by task: one that is request-scoped is made anew for each attempt, its threads are not. */
const poolsByOwner = new WeakMap<object, Map<string, Promise<Piscina>>>();

/** The pool with this key. It ends with the scheduler, and is forgotten when it cannot be opened. */
export function sharedPool(context: TaskContext<unknown>, { key, owner, open }: PoolOrder): Promise<Piscina> {
  const pools = poolsOf(stopHooksOf(context) ?? owner);
  const known = pools.get(key);
  if (known !== undefined) return known;
  const pool = open();
  pools.set(key, pool);
  const forget = () => {
    if (pools.get(key) === pool) pools.delete(key);
  };
  const unhook = onSchedulerStop(context, () => {
    forget();
    pool.then(opened => opened.destroy()).catch(warn);
  });
  pool.catch(() => {
    forget();
    unhook();
  });
  return pool;
}

function poolsOf(owner: object): Map<string, Promise<Piscina>> {
  const known = poolsByOwner.get(owner);
  if (known !== undefined) return known;
  const pools = new Map<string, Promise<Piscina>>();
  poolsByOwner.set(owner, pools);
  return pools;
}

function warn(error: Error): void {
  process.emitWarning(`Threads could not be ended: ${error.message}`, { code: 'STS_WORKER' });
}
