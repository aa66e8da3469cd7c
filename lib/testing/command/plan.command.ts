import { parseArgs } from 'node:util';
import { planOf } from '../fire.plan.js';
import { planJson } from '../plan.json.js';
import { spanOf } from '../plan.js';
import { planText } from '../plan.text.js';
import { plannedApp } from '../planned.app.js';
import { expectFiles, FORMS, isJson } from './arguments.js';
import { moduleOf } from './module.file.js';

/** When the tasks of a module are due. */
export async function plan(args: string[]): Promise<{ code: 0; out: string }> {
  const text = { type: 'string' } as const;
  const options = { from: text, to: text, export: text, ...FORMS };
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const asJson = isJson(values);
  const [file] = expectFiles(positionals, 1, 'plan expects one module file');
  const { from, to } = values;
  if (from === undefined || to === undefined) throw new Error('plan expects --from and --to.');
  const span = spanOf({ from: instantOf(from), to: instantOf(to) }, 'plan');
  const fires = planOf(await plannedApp(await moduleOf(file!, values.export)), span);
  return { code: 0, out: asJson ? planJson(fires) : planText(fires) };
}

/** A day begins at midnight UTC. */
function instantOf(text: string): string {
  return /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text;
}
