// Runs the unit, house and smoke suites on other versions of Node: `npm run test:node`, or `npm run test:node -- 22 24`.
// With `--quick`, what takes no longer than a few minutes for all versions together, as `.ci/run` does.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** The oldest that the package is for, the lines that get fixes, and the newest. */
const VERSIONS = ['20.19.0', '22', '24', 'latest'];
/** What takes a browser, servers or many minutes runs on one version, in `npm test`. */
const ELSEWHERE = [
  'bullmq',
  'chaos',
  'dashboard',
  'e2e',
  'examples',
  'nest-11',
  'sample-app',
  'schematics',
  'types',
];
/** What compiles, starts many apps, waits for heaps, or goes through thousands of random stories. */
const NOT_QUICK = [
  'command',
  'docs',
  'explorer/heap.test.ts',
  'house/exact.types.test.ts',
  'migration',
  'package/bare.app.test.ts',
  'package/jest.app.test.ts',
  'run/memory.heap.test.ts',
  'scheduler/commands.test.ts',
  'scheduler/event.loop.watch.test.ts',
  'scripts',
  'testing/simulate.property.test.ts',
  'testing/simulate.restarts.property.test.ts',
  'timeline/model.test.ts',
  'timeline/restart.test.ts',
  'trigger/cron.property.test.ts',
];
/** What a version of the line that runs this is for with `--quick`: `npm test` runs all else on it. */
const SMOKE = ['package', 'peer.test.ts'];

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean' } },
  allowPositionals: true,
});
const isQuick = values.quick === true;
/** For all versions together, downloads included; what hangs is a failure. */
const deadline = Date.now() + (isQuick ? 8 : 100) * 60_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nestjs-sts-node-'));
const without = isQuick ? [...ELSEWHERE, ...NOT_QUICK] : ELSEWHERE;
const files = readdirSync(join(root, 'test'), { recursive: true }).filter(
  name => name.endsWith('.test.ts') && !name.includes('node_modules') && !isOf(without, name),
);
const results = [];
for (const version of positionals.length > 0 ? positionals : VERSIONS) results.push(await tested(version));
rmSync(folder, { recursive: true });

console.log('\nNode       tests  failed  seconds');
for (const { version, passed, failed, seconds } of results) {
  const figures = [passed, failed, seconds].map((n, i) => String(n).padStart([7, 7, 8][i])).join(' ');
  console.log(`${version.padEnd(8)} ${passed === undefined ? 'not run' : figures}`);
}
const run = results.filter(({ passed }) => passed !== undefined);
if (run.length === 0) console.log('None of the versions could be run.');
process.exitCode = run.length > 0 && run.every(({ isGreen }) => isGreen) ? 0 : 1;

/** Whether the suites are green on a version, which npm's package `node` brings. */
async function tested(version) {
  const start = Date.now();
  const asked = "process.version.slice(1) + ' ' + process.execPath";
  const npx = ['--yes', '--package', `node@${version}`, 'node', '-p', asked];
  const { code: missing, text } = await ended('npx', npx);
  if (missing !== 0) {
    const reason = Date.now() < deadline ? 'npm has no binary of it that starts here' : 'the time is over';
    console.log(`--- Node ${version} is not run: ${reason}`);
    return { version };
  }
  const [shown, binary] = text.trim().split(' ');
  console.log(`--- Node ${shown}`);
  const report = join(folder, `${version}.json`);
  const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'nest-12'];
  const isOwnLine = shown.split('.')[0] === process.versions.node.split('.')[0];
  const chosen = isQuick && isOwnLine ? files.filter(name => isOf(SMOKE, name)) : files;
  const paths = chosen.map(name => join('test', name));
  const { code } = await ended(binary, [...vitest, ...paths, '--reporter=json', `--outputFile=${report}`]);
  const { passed, failed } = counts(report);
  const cut = Date.now() < deadline ? `exit code ${code}` : 'the time for all versions is over';
  if (passed === 0) console.log(`failed: the suites did not end: ${cut}`);
  const seconds = Math.round((Date.now() - start) / 1_000);
  return { version: shown, passed, failed, seconds, isGreen: code === 0 && passed > 0 && failed === 0 };
}

/** Whether a file is one of these, or below one. */
function isOf(places, name) {
  return places.some(place => name === place || name.startsWith(join(place, '/')));
}

/** Runs a program, with its version of Node for all that it starts. */
function ended(program, args) {
  const isNpx = program === 'npx';
  const own = isNpx ? [] : [dirname(program)];
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, PATH: [...own, process.env.PATH].join(delimiter) },
    stdio: ['ignore', 'pipe', isNpx ? 'ignore' : 'inherit'],
    timeout: Math.max(deadline - Date.now(), 1),
  });
  let text = '';
  child.stdout.on('data', part => (text += part));
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', code => resolve({ code, text }));
  });
}

/** Prints what failed. A run that was cut off has written nothing. */
function counts(report) {
  if (!existsSync(report)) return { passed: 0, failed: 0 };
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const red = testResults.filter(({ status }) => status === 'failed');
  for (const { name, message, assertionResults } of red) {
    console.log(`failed: ${relative(root, name)} ${message}`);
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    failed.forEach(({ fullName, failureMessages }) =>
      console.log(`  ${fullName}\n    ${failureMessages[0]}`),
    );
  }
  return { passed: numPassedTests, failed: numFailedTests };
}
