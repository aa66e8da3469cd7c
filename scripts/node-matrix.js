// Runs the unit, house and smoke suites on other versions of Node: `npm run test:node`, or `npm run test:node -- 22 24`.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The oldest that the package is for, the lines that get fixes, and the newest. */
const VERSIONS = ['20.19.0', '22', '24', 'latest'];
/** For one version, with the download of its binary. */
const MOST_MINUTES = 25;
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

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nestjs-sts-node-'));
const wanted = process.argv.slice(2);
const results = [];
for (const version of wanted.length > 0 ? wanted : VERSIONS) results.push(await tested(version));
rmSync(folder, { recursive: true });

console.log('\nNode       tests  failed  seconds');
for (const { version, passed, failed, seconds } of results) {
  const figures = [passed, failed, seconds].map((n, i) => String(n).padStart([7, 7, 8][i])).join(' ');
  console.log(`${version.padEnd(8)} ${figures}`);
}
process.exitCode = results.every(({ isGreen }) => isGreen) ? 0 : 1;

/** Whether the suites are green on a version, which npm's package `node` brings. */
async function tested(version) {
  const report = join(folder, `${version}.json`);
  const start = Date.now();
  const shown = (await output(version, ['--version'])).trim();
  console.log(`--- Node ${shown}`);
  const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'nest-12'];
  const suites = readdirSync(join(root, 'test')).filter(name => !ELSEWHERE.includes(name));
  const reporters = ['--reporter=json', `--outputFile=${report}`];
  const code = await ended(
    npx(version, [...vitest, ...suites.map(name => `test/${name}`), ...reporters], 'inherit'),
  );
  const { passed, failed } = counts(report);
  const seconds = Math.round((Date.now() - start) / 1_000);
  return { version: shown, passed, failed, seconds, isGreen: code === 0 && passed > 0 && failed === 0 };
}

function npx(version, args, stdout) {
  const command = ['--yes', '--package', `node@${version}`, 'node', ...args];
  return spawn('npx', command, {
    cwd: root,
    stdio: ['ignore', stdout, 'inherit'],
    timeout: MOST_MINUTES * 60_000,
  });
}

async function output(version, args) {
  const child = npx(version, args, 'pipe');
  let text = '';
  child.stdout.on('data', part => (text += part));
  const code = await ended(child);
  if (code !== 0) throw new Error(`expected Node ${version} from npm, got exit code ${code}.`);
  return text;
}

function ended(child) {
  return new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
}

/** Prints what failed. A run that was cut off has written nothing. */
function counts(report) {
  if (!existsSync(report)) return { passed: 0, failed: 0 };
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const files = testResults.filter(({ status }) => status === 'failed');
  for (const { name, message, assertionResults } of files) {
    console.log(`failed: ${relative(root, name)} ${message}`);
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    failed.forEach(({ fullName, failureMessages }) =>
      console.log(`  ${fullName}\n    ${failureMessages[0]}`),
    );
  }
  return { passed: numPassedTests, failed: numFailedTests };
}
