// Publishes the version of package.json: `npm run release`. With --check it only says whether it would.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'));
const wrongs = [dirtyTree(), otherBranch(), notInChangelog(), alreadyTagged(), alreadyPublished()].filter(
  Boolean,
);
for (const wrong of wrongs) console.error(`Not released: ${wrong}`);
if (wrongs.length > 0) process.exit(1);
console.log(`${name} ${version} can be released.`);
if (!process.argv.includes('--check')) release();

function release() {
  for (const script of ['lint', 'format:check', 'typecheck', 'test']) act('npm', 'run', script);
  act('npm', 'publish');
  act('git', 'tag', '-a', `v${version}`, '-m', `${name} ${version}`);
  console.log(`Published. Now push the tag: git push origin v${version}`);
}

function dirtyTree() {
  const changed = said('git', 'status', '--porcelain');
  return changed && `the tree has changes that are not committed.\n${changed}`;
}

function otherBranch() {
  const branch = said('git', 'rev-parse', '--abbrev-ref', 'HEAD');
  return branch !== 'main' && `expected the branch main, got ${branch}. Merge it first.`;
}

function notInChangelog() {
  const heading = readFileSync('CHANGELOG.md', 'utf8').match(
    new RegExp(`^## ${version.replaceAll('.', '\\.')}\\b.*$`, 'm'),
  );
  if (heading === null) return `CHANGELOG.md has no entry "## ${version}". Write what is new in it.`;
  return heading[0].includes('unreleased') && `CHANGELOG.md calls ${version} unreleased. Give it its date.`;
}

function alreadyTagged() {
  return (
    said('git', 'tag', '--list', `v${version}`) &&
    `there is a tag v${version}. Raise the version: npm version.`
  );
}

function alreadyPublished() {
  try {
    const { versions } = JSON.parse(said('npm', 'view', name, '--json'));
    return (
      [versions].flat().includes(version) && `the registry has ${version}. Raise the version: npm version.`
    );
  } catch (error) {
    // The first version of all is that of a package that the registry does not know.
    return !String(error.stdout).includes('E404') && `the registry does not answer: ${error.message}`;
  }
}

function said(command, ...args) {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

function act(command, ...args) {
  execFileSync(command, args, { stdio: 'inherit' });
}
