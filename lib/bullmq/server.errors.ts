import type { ErrorCode } from 'bullmq';

/** It does not exist, has no lock, is not in the state, has the lock of another one. */
const LOST: readonly ErrorCode[] = [-1, -2, -3, -6];

/** Whether an error says that the job is not this process's any more. */
export function isLost(error: unknown): boolean {
  return LOST.includes((error as { code?: ErrorCode } | null)?.code as ErrorCode);
}

const NETWORK =
  /ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|Connection is closed|Connection terminated|Socket closed/i;

const REDIS =
  /READONLY|OOM command|LOADING|CLUSTERDOWN|TRYAGAIN|MASTERDOWN|UNBLOCKED|Command timed out|Stream isn't writeable|max retries per request/i;

const POSTGRES =
  /timeout exceeded when trying to connect|connection error and is not queryable|terminating connection|database system is/i;

/** SQLSTATE: a connection that ended, a server that ends or begins, no room for one more, a deadlock. */
const SQLSTATE = /^(08|53|57P0|40001$|40P01$|55P03$)/;

/** Whether the same call may work later. */
export function isTransient(error: unknown): boolean {
  const { message = '', code } = (error ?? {}) as { message?: string; code?: unknown };
  if ([NETWORK, REDIS, POSTGRES].some(pattern => pattern.test(message))) return true;
  return typeof code === 'string' && (NETWORK.test(code) || SQLSTATE.test(code));
}

/** An error in words. */
export function reasonOf(error: unknown): string {
  // Node tries all addresses of a name, and has no message for all of them together.
  const errors = error instanceof AggregateError ? error.errors : [error];
  return errors.map(one => (one instanceof Error ? one.message : String(one))).join(', ');
}
