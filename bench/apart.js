/** A measurement in a process of its own. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** Longer than any measurement of a scheduler that keeps up. */
const LIMIT_MS = 300_000;

/**
 * Runs a file of this folder, and resolves with the one message it sends. What it prints is dropped: some warn at each
 * fire they miss.
 *
 * @param {string} file
 * @param {Record<string, string | number>} options given to it as `--name=value`.
 * @param {string[]} execArgv for Node.
 * @returns {Promise<any>} rejects with the end of its complaints when it sends nothing, or takes more than five minutes.
 */
export function apart(file, options, execArgv = []) {
  return new Promise((resolve, reject) => {
    const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
    const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, {
      execArgv,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    let complaints = '';
    child.stderr.setEncoding('utf8').on('data', text => (complaints = (complaints + text).slice(-4_000)));
    child.on('message', resolve);
    child.on('error', reject);
    child.on('close', (code, signal) =>
      reject(new Error(`${file} ${args.join(' ')} ended with ${code ?? signal}: ${complaints}`)),
    );
  });
}

/** What `apart()` was given, in the process that it started; numbers are numbers. */
export function given() {
  const { values } = parseArgs({ strict: false });
  return Object.fromEntries(
    Object.entries(values).map(([name, text]) => [name, Number.isNaN(Number(text)) ? text : Number(text)]),
  );
}

/** Sends what was measured, and ends the process: a scheduler would keep it alive. */
export async function tell(result) {
  if (process.send === undefined) console.log(result);
  else await new Promise(resolve => process.send(result, resolve));
  process.exit();
}
