import { setTimeout as wait } from 'node:timers/promises';
import type { BullmqOptions } from '../../../lib/bullmq/bullmq.options.js';
import { startPostgres } from './postgres.js';
import { someRedis, startRedis } from './redis.js';

/** A server for one test file, on a port of its own, which ends with it. */
export interface TestServer {
  /** As `bullmq()` takes it. */
  readonly url: string;
  readonly port: number;
  /** The same with a wrong password, from now on. */
  protect(): Promise<{ readonly url: string; unprotect(): Promise<void> }>;
  /** A client of the user's own, whose calls may fail. Ends with the server. */
  client(faultOf: FaultOf): Client;
  /** As if the locks of all runs had ended. */
  loseLocks(prefix: string): Promise<void>;
  /** Cuts everybody off, for as long as the promise takes. */
  stop(): Promise<void>;
  /** Starts it again, with all that it had. */
  start(): Promise<void>;
  /** Ends it for good. */
  end(): Promise<void>;
}

export interface Client {
  readonly connection: BullmqOptions['connection'];
  readonly backend: NonNullable<BullmqOptions['backend']>;
  /** Whether it is still open. */
  isOpen(): Promise<boolean>;
}

/** `before` it reaches the server, `after` that, or when a part of it has: where a server has no parts, it is `before`. */
export type Fault = 'before' | 'middle' | 'after';
export type FaultOf = (call: 'submit' | 'end') => Fault | undefined;

/** `some` is for tests that need no server of their own. */
export const SERVERS = [
  { name: 'Redis', start: startRedis, some: someRedis },
  { name: 'PostgreSQL', start: startPostgres, some: startPostgres },
] as const;

/** A prefix that no other test has. */
export function ownPrefix(): string {
  return `sts-test-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
}

/** Resolves when what is asked for is true. */
export async function until(isTrue: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await isTrue())) {
    if (Date.now() > end) throw new Error(`Not within ${withinMs} ms: ${String(isTrue)}`);
    await wait(10);
  }
}
