#!/usr/bin/env node
import { writeSync } from 'node:fs';
import { runCommand, type CommandEnd } from './command.js';

// What the app's module prints while it is made is no part of a plan.
process.stdout.write = process.stderr.write.bind(process.stderr);

const fail = (reason: string) => end({ code: 2, out: '', complaint: `nestjs-sts: ${reason}\n` });
process.on('uncaughtException', (error: unknown) => fail(reasonOf(error)));
process.on('beforeExit', () =>
  fail('the module is never made: a factory, or an import, waits for something that nothing brings.'),
);
process.on('exit', exitedEarly);
void runCommand(process.argv.slice(2)).then(end);

function end({ code, out, complaint }: CommandEnd): never {
  process.off('exit', exitedEarly);
  write(1, out);
  write(2, complaint);
  // The app's module may have left connections and timers open.
  process.exit(code);
}

/** It might seem that there is nothing to print. */
function exitedEarly(code: number): void {
  write(
    2,
    `nestjs-sts: the module has ended the process, with the exit code ${code}, before it was planned.\n`,
  );
  process.exitCode = 2;
}

/** Of what nobody caught, such as a rejection of a provider's. */
function reasonOf(error: unknown): string {
  return `nobody caught ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

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
