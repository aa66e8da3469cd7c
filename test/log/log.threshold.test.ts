import { describe, expect, it } from 'vitest';
import { logThreshold, passes, type LogThreshold } from '../../lib/log/log.threshold.js';
import type { LogLevel } from '../../lib/run/run.log.js';

const LEVELS: LogLevel[] = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'];

describe('passes', () => {
  it.each<[LogThreshold, LogLevel[]]>([
    ['DEBUG', ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL']],
    ['INFO', ['INFO', 'WARNING', 'ERROR', 'CRITICAL']],
    ['WARNING', ['WARNING', 'ERROR', 'CRITICAL']],
    ['ERROR', ['ERROR', 'CRITICAL']],
    ['CRITICAL', ['CRITICAL']],
    ['SILENT', []],
  ])('lets through at %s: %o', (threshold, passing) => {
    expect(LEVELS.filter(level => passes(level, threshold))).toEqual(passing);
  });
});

describe('logThreshold', () => {
  it.each([
    ['ours', 'WARNING', 'WARNING'],
    ["Nest's", 'verbose', 'DEBUG'],
    ["npm's", 'silly', 'DEBUG'],
    ['in any case', 'wArN', 'WARNING'],
    ['with white space around it', '\twarn\n', 'WARNING'],
  ])('reads a name: %s', (_, text, threshold) => {
    expect(logThreshold(text)).toBe(threshold);
  });

  it.each([['loud'], [''], ['constructor'], [20], [null], [undefined], [['WARN']]])(
    'is undefined for %o',
    text => {
      expect(logThreshold(text)).toBeUndefined();
    },
  );
});
