import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** Windows has no process groups: there a group is the program alone. */
const HAS_GROUPS = process.platform !== 'win32';

/** How long what was killed may take to go: it may hang in the kernel, and nothing more can be done. */
const KILLED_MS = 2_000;

/** What a `spawn()` needs, so that the child is the first of a group. */
export const OWN_GROUP = { detached: HAS_GROUPS, windowsHide: true } as const;

/** A child process and all that it has started, unless it left the group. */
export class ProcessGroup {
  readonly #child: ChildProcess;
  #isGone = false;
  #end: Promise<void> | undefined;

  /** @param child was started with `OWN_GROUP`. */
  constructor(child: ChildProcess) {
    this.#child = child;
    remember(this);
  }

  /** SIGTERM, and when it is not gone after the grace, SIGKILL. Resolves when it is gone. */
  end(graceMs: number): Promise<void> {
    return (this.#end ??= this.#endWithin(graceMs));
  }

  /** SIGKILL, at once. */
  kill(): void {
    this.#signal('SIGKILL');
  }

  async #endWithin(graceMs: number): Promise<void> {
    this.#signal('SIGTERM');
    if (!(await this.#goesWithin(graceMs))) {
      this.#signal('SIGKILL');
      await this.#goesWithin(KILLED_MS);
    }
    // From now on its number may be another's.
    this.#isGone = true;
    forget(this);
  }

  async #goesWithin(ms: number): Promise<boolean> {
    const end = performance.now() + ms;
    for (let pauseMs = 5; this.#isAlive(); pauseMs = Math.min(pauseMs * 2, 100)) {
      const leftMs = end - performance.now();
      if (leftMs <= 0) return false;
      await wait(Math.min(pauseMs, leftMs));
    }
    return true;
  }

  #isAlive(): boolean {
    const { pid, exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) return true;
    return HAS_GROUPS && this.#signal(0) && hasLiving(pid!);
  }

  /** `false` when there is nobody left. */
  #signal(signal: NodeJS.Signals | 0): boolean {
    if (this.#isGone) return false;
    if (!HAS_GROUPS) return this.#child.kill(signal);
    try {
      return process.kill(-this.#child.pid!, signal);
    } catch (error) {
      // It may be there, and belong to another user.
      return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
  }
}

/**
 * Whether anybody in the group is more than a zombie. In a container nobody may ever collect those: its first process
 * is often the app itself.
 */
function hasLiving(group: number): boolean {
  if (process.platform !== 'linux') return true;
  return readdirSync('/proc').some(name => /^\d+$/.test(name) && isLivingIn(group, name));
}

function isLivingIn(group: number, pid: string): boolean {
  try {
    // After its name, which may hold anything: state, parent, group.
    const [state, , pgrp] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    return Number(pgrp) === group && state !== 'Z' && state !== 'X';
  } catch {
    // Gone since the folder was read.
    return false;
  }
}

/** All groups of this process: when it ends by itself or by an exception, they must not outlive it. */
const groups = new Set<ProcessGroup>();

function remember(group: ProcessGroup): void {
  if (groups.size === 0) process.on('exit', killAll);
  groups.add(group);
}

function forget(group: ProcessGroup): void {
  groups.delete(group);
  if (groups.size === 0) process.off('exit', killAll);
}

function killAll(): void {
  for (const group of groups) group.kill();
}
