import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/release.js', import.meta.url));

/** A registry that knows these versions; of none it says that it does not know the package. */
let versions: readonly string[];
let registry: Server;
let repository: string;

beforeAll(async () => {
  registry = createServer((_request, response) => {
    const newest = versions.at(-1);
    const known = Object.fromEntries(versions.map(version => [version, { name: 'a-package', version }]));
    const paper = { name: 'a-package', 'dist-tags': { latest: newest }, versions: known };
    response.writeHead(newest === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(newest === undefined ? { error: 'not found' } : paper));
  }).listen(0, '127.0.0.1');
  await once(registry, 'listening');
});
afterAll(() => registry.close());

const git = (...args: string[]) => execFileSync('git', args, { cwd: repository, stdio: 'ignore' });
const write = (file: string, text: string) => writeFileSync(join(repository, file), text);
const commit = () => {
  git('add', '.');
  git('-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '-m', 'a', '--allow-empty');
};

/** A repository that may be released. */
beforeEach(() => {
  versions = [];
  repository = mkdtempSync(join(tmpdir(), 'nestjs-sts-release-'));
  onTestFinished(() => rmSync(repository, { recursive: true }));
  git('init', '--initial-branch', 'main');
  write('package.json', JSON.stringify({ name: 'a-package', version: '1.2.3' }));
  write('CHANGELOG.md', '# Changelog\n\n## 1.2.3 (2026-12-01)\n\nA thing.\n');
  commit();
});

interface Answer {
  readonly code: number;
  readonly text: string;
}

function release(): Promise<Answer> {
  const { port } = registry.address() as AddressInfo;
  const env = {
    ...process.env,
    npm_config_registry: `http://127.0.0.1:${port}/`,
    npm_config_fetch_retries: '0',
  };
  return new Promise(resolve => {
    execFile(process.execPath, [script, '--check'], { cwd: repository, env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), text: `${stdout}${stderr}` }),
    );
  });
}

describe('a release', { timeout: 60_000 }, () => {
  it.each([
    ['of the first version', []],
    ['of a version that is newer', ['1.2.2']],
  ])('%s is allowed', async (_what, published) => {
    versions = published;

    expect(await release()).toEqual({ code: 0, text: 'a-package 1.2.3 can be released.\n' });
  });

  it.each<[string, () => void, string]>([
    [
      'from a dirty tree',
      () => write('package.json', '{"name":"a-package","version":"1.2.3" }'),
      'not committed',
    ],
    ['with a file that is not known', () => write('notes.txt', ''), 'notes.txt'],
    ['from another branch', () => git('switch', '-c', 'feature'), 'expected the branch main, got feature'],
    ['of a version that is published', () => void (versions = ['1.2.2', '1.2.3']), 'the registry has 1.2.3'],
    ['of the only version that is published', () => void (versions = ['1.2.3']), 'the registry has 1.2.3'],
    ['of a version with a tag', () => git('tag', 'v1.2.3'), 'there is a tag v1.2.3'],
  ])('%s is refused', async (_what, spoil, reason) => {
    spoil();

    const { code, text } = await release();

    expect(code).toBe(1);
    expect(text.match(/^Not released: /gm)).toHaveLength(1);
    expect(text).toContain(reason);
  });

  it.each([
    ['without an entry', '## 1.2.30\n', 'has no entry "## 1.2.3"'],
    ['with one that says unreleased', '## 1.2.3 (unreleased)\n', 'calls 1.2.3 unreleased'],
  ])('%s in the changelog is refused', async (_what, changelog, reason) => {
    write('CHANGELOG.md', changelog);
    commit();

    const { code, text } = await release();

    expect(code).toBe(1);
    expect(text).toContain(reason);
  });
});
