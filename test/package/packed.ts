import { execFile } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const run = promisify(execFile);
export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Packed {
  /** A folder of the test's own, with the tarball in it. */
  readonly folder: string;
  readonly tarball: string;
  /** Paths within the tarball. */
  readonly files: readonly string[];
}

/** What `npm publish` would send; without the build, which would take dist away from tests that run at the same time. */
export async function packed(): Promise<Packed> {
  const folder = await mkdtemp(join(tmpdir(), 'nestjs-sts-package-'));
  const { stdout } = await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root);
  const [pack] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  return { folder, tarball: join(folder, pack.filename), files: pack.files.map(({ path }) => path) };
}

export async function versionOf(installed: string): Promise<string> {
  return JSON.parse(await readFile(join(root, installed, 'package.json'), 'utf8')).version;
}

/** Runs npm as a user would, with nothing of the npm that may have started these tests. */
export function npm(args: string[], cwd: string) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^npm_(?!config_registry$)/i.test(name));
  return run('npm', args, { cwd, env: Object.fromEntries(inherited) });
}
