import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

const RESULTS = new URL('RESULTS.md', import.meta.url);
const HEAD = `# Results

What \`npm run bench\` measured last, a section for each bench. Compare numbers within a section only: another
machine, or the same one at another hour, gives others.
`;

/**
 * Puts what a bench printed into its section of RESULTS.md; the others stay as they are.
 *
 * @param {string} name
 * @param {string} output
 */
export function keepResult(name, output) {
  const text = existsSync(RESULTS) ? readFileSync(RESULTS, 'utf8') : '';
  const kept = text.split(/^(?=## )/m).slice(1);
  const sections = new Map(kept.map(section => [/^## (.+)$/m.exec(section)[1], section.trim()]));
  sections.set(name, `## ${name}\n\n${circumstances()}\n\n${output.trim()}`);
  const sorted = [...sections.keys()].sort().map(key => sections.get(key));
  writeFileSync(RESULTS, `${[HEAD.trim(), ...sorted].join('\n\n')}\n`);
}

/** Date, machine and versions: without them a number says nothing. */
function circumstances() {
  const date = new Date().toISOString().slice(0, 10);
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model.trim() || 'unknown'})`;
  return `${date}, ${machine}, Node ${process.version}, ${versions().join(', ')}.`;
}

function versions() {
  const own = packageAt('../package.json');
  const peers = Object.keys(packageAt('package.json').dependencies);
  const described = peers.map(name => [name, packageAt(`node_modules/${name}/package.json`).version]);
  return [[own.name, own.version], ...described].map(([name, version]) => `${name} ${version}`);
}

function packageAt(path) {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
}
