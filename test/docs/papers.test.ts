import { describe, expect, it } from 'vitest';
import { read } from './pages.js';

/** What the papers say of the package is what package.json says. */
const json = (path: string) => JSON.parse(read(path));
const { engines, peerDependencies, license } = json('package.json');

describe('the badges of the README', () => {
  const badges = [...read('README.md').matchAll(/img\.shields\.io\/badge\/(\w+)-(\S+)-\w+\)/g)].map(
    ([, subject, says]) => [subject!, decodeURIComponent(says!)] as const,
  );

  it('say what is so', () => {
    expect(Object.fromEntries(badges)).toEqual({
      node: engines.node,
      nest: peerDependencies['@nestjs/core']
        .match(/\d+(?=\.)/g)
        .filter((n: string) => n !== '0')
        .join(' | '),
      license,
    });
  });
});
