import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { vi } from 'vitest';

/** Whether a process is there and no zombie. */
export function isAlive(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)![0] !== 'Z';
  } catch {
    return false;
  }
}

/** Waits until none of them is alive; an error after 5 s. */
export async function gone(...pids: readonly number[]): Promise<void> {
  await vi.waitUntil(() => !pids.some(isAlive), { timeout: 5_000, interval: 10 });
}

/** The process ids in lines such as `log: pid 123`, when there are so many. */
export async function pidsIn(lines: readonly string[], count: number): Promise<number[]> {
  const found = () => lines.flatMap(line => /pid (\d+)/.exec(line)?.[1] ?? []).map(Number);
  while (found().length < count) await wait(5);
  return found();
}

/** A program of Node. */
export function node(script: string) {
  return { command: process.execPath, args: ['-e', script] };
}

/** It says its process id, and goes on until it is ended. */
export const RUNNING = `console.log('pid', process.pid); setInterval(() => {}, 1000);`;
/** It does not hear SIGTERM. */
export const DEAF = `process.on('SIGTERM', () => {}); ${RUNNING}`;
/** It starts the same program, which says its own id, and then does `then`. */
export const parentOf = (script: string, then: string, options = '{}') =>
  `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(script)}],
     { stdio: ['ignore', 'inherit', 'inherit'], ...${options} }); ${then}`;
