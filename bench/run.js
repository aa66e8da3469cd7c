/** `node bench/run.js [name…] [--quick]`: runs each `*.bench.js`, or the named ones, and keeps what they print. */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { keepResult } from './results.js';

const here = new URL('.', import.meta.url);
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false } },
});

const all = readdirSync(here)
  .filter(file => file.endsWith('.bench.js'))
  .map(file => file.slice(0, -'.bench.js'.length));
const unknown = positionals.filter(name => !all.includes(name));
if (unknown.length > 0) {
  console.error(`bench: expected names out of ${all.join(', ')}, got ${unknown.join(', ')}.`);
  process.exit(1);
}

/** These need more than Node, and run only when they are named. */
const ASKED_FOR = ['cluster'];
const chosen = positionals.length > 0 ? positionals : all.filter(name => !ASKED_FOR.includes(name));
for (const name of chosen) {
  console.log(`\n## ${name}\n`);
  const { code, output } = await run(name, values.quick ? ['--quick'] : []);
  if (!values.quick && output !== '') keepResult(name, output);
  if (code !== 0) {
    console.error(`bench: ${name} ended with code ${code}.`);
    process.exitCode = 1;
  }
}

/**
 * Runs one bench in a process of its own; its results go to stdout, its progress to stderr.
 *
 * @param {string} name
 * @param {string[]} args
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function run(name, args) {
  return new Promise((resolve, reject) => {
    const file = new URL(`${name}.bench.js`, here);
    const child = spawn(process.execPath, [fileURLToPath(file), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', text => {
      output += text;
      process.stdout.write(text);
    });
    child.on('error', reject);
    child.on('close', code => resolve({ code, output }));
  });
}
