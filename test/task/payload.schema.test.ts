import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeIssues, type PayloadIssue, type PayloadSchema } from '../../lib/task/payload.schema.js';

describe('describeIssues', () => {
  it.each<[string, PayloadIssue[], string]>([
    ['one of the value itself', [{ message: 'expected object' }], 'expected object'],
    ['one with an empty path', [{ message: 'expected object', path: [] }], 'expected object'],
    ['one of a field', [{ message: 'expected string', path: ['since'] }], 'since: expected string'],
    ['one deep within', [{ message: 'too long', path: ['pages', 3, 'title'] }], 'pages.3.title: too long'],
    [
      'path segments as objects',
      [{ message: 'too long', path: [{ key: 'pages' }, { key: 3 }] }],
      'pages.3: too long',
    ],
    ['a symbol as a key', [{ message: 'unknown', path: [Symbol('own')] }], 'Symbol(own): unknown'],
    [
      'several',
      [{ message: 'expected string', path: ['since'] }, { message: 'unknown key' }],
      'since: expected string; unknown key',
    ],
    ['none', [], ''],
  ])('says each on one line: %s', (_, issues, text) => {
    expect(describeIssues(issues).join('; ')).toBe(text);
  });

  it('understands the issues of a schema that was not written for it', async () => {
    const schema: PayloadSchema = z.object({ since: z.string(), pages: z.array(z.number()) });

    const { issues } = await schema['~standard'].validate({ since: 5, pages: [1, 'two'] });

    expect(describeIssues(issues!).join('; ')).toMatch(/^since: .+; pages\.1: .+$/);
  });
});
