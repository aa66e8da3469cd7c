import { statfs } from 'node:fs/promises';
import { freemem, loadavg, totalmem } from 'node:os';

/** How busy this machine was. */
export interface Sample {
  /** Epoch ms. */
  readonly at: number;
  /** Its load average over one minute. */
  readonly load: number;
  /** The memory in use, in percent. */
  readonly memory: number;
  /** The disk in use, in percent. */
  readonly disk: number;
}

/** Looks at this machine, and at the disk of a folder. */
export async function takeSample(at: number, folder: string): Promise<Sample> {
  const { blocks, bavail } = await statfs(folder);
  const [load = 0] = loadavg();
  return { at, load: rounded(load), memory: inUse(freemem(), totalmem()), disk: inUse(bavail, blocks) };
}

/** To two digits after the point. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function inUse(free: number, total: number): number {
  return rounded((1 - free / total) * 100);
}
