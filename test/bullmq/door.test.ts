import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LIB } from '../house/lib.graph.js';

describe('the door nestjs-sts/bullmq', () => {
  it('is the only one behind which bullmq, ioredis and pg are loaded', () => {
    const files = readdirSync(LIB, { recursive: true, encoding: 'utf8' }).filter(file =>
      file.endsWith('.ts'),
    );
    const loads = (file: string) =>
      /(from|import\() *'(bullmq|ioredis|pg)'/.test(readFileSync(join(LIB, file), 'utf8'));

    const loading = files.filter(loads);

    expect(loading.length).toBeGreaterThan(0);
    expect(loading.filter(file => !file.startsWith('bullmq/'))).toEqual([]);
  });
});
