#!/usr/bin/env node
import { writeSync } from 'node:fs';
import { runCommand } from './command.js';

const { code, out, complaint } = await runCommand(process.argv.slice(2));
write(1, out);
write(2, complaint);
// The app's module may have left connections and timers open.
process.exit(code);

/** At once, to the end: a pipe that is full takes it piece by piece, and `process.exit()` waits for nothing. */
function write(descriptor: number, text: string): void {
  for (let left = Buffer.from(text); left.length > 0;) {
    try {
      left = left.subarray(writeSync(descriptor, left));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw error;
    }
  }
}
