import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** A real browser: `STS_TEST_CHROMIUM`, one on the PATH, or, on Debian as root, one that is installed now. */
export async function launch(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];
  return chromium.launch({ executablePath: found() ?? installed(), args });
}

function found(): string | undefined {
  const { STS_TEST_CHROMIUM, PATH = '' } = process.env;
  const places = PATH.split(delimiter).flatMap(directory => NAMES.map(name => join(directory, name)));
  return STS_TEST_CHROMIUM ?? places.find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function installed(): string {
  if (process.getuid?.() === 0 && isExecutable('/usr/bin/apt-get')) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    execFileSync('apt-get', ['update'], { stdio: 'ignore', env });
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], {
      stdio: 'ignore',
      env,
    });
  }
  const path = found();
  if (path !== undefined) return path;
  throw new Error('The browser tests need Chromium: apt-get install chromium, or set STS_TEST_CHROMIUM.');
}
