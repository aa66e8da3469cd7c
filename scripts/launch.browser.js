import { accessSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Chromium, on the PATH or in STS_TEST_CHROMIUM. */
export function launchBrowser() {
  const places = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap(folder => NAMES.map(name => join(folder, name)));
  const executablePath = process.env.STS_TEST_CHROMIUM ?? places.find(isThere);
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
}

function isThere(path) {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}
