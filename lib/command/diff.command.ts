import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { diffPlans } from '../testing/plan.diff.js';
import { expectFiles, FORMS, isJson } from './arguments.js';

/** What differs between two files with plans. */
export async function diff(args: string[]): Promise<{ code: 0 | 1; out: string }> {
  const { values, positionals } = parseArgs({ args, options: FORMS, allowPositionals: true });
  const asJson = isJson(values);
  const files = expectFiles(positionals, 2, 'diff expects two plan files');
  const [before, after] = await Promise.all(files.map(file => readFile(file, 'utf8')));
  const { text, ...data } = diffPlans(before!, after!);
  return { code: data.isSame ? 0 : 1, out: asJson ? `${JSON.stringify(data, null, 2)}\n` : text };
}
