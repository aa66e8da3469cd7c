import { parseArgs } from 'node:util';
import { planOf } from '../testing/fire.plan.js';
import { planJson } from '../testing/plan.json.js';
import { spanOf } from '../testing/plan.js';
import { planText } from '../testing/plan.text.js';
import { plannedApp } from '../testing/planned.app.js';
import { expectFiles, FORMS, isJson } from './arguments.js';
import { moduleOf } from './module.file.js';
import { DEFAULT_TIMEOUT, patienceOf } from './patience.js';

/** When the tasks of a module are due. */
export async function plan(args: string[]): Promise<{ code: 0; out: string }> {
  const text = { type: 'string' } as const;
  const options = { from: text, to: text, export: text, timeout: text, ...FORMS };
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const asJson = isJson(values);
  const [file] = expectFiles(positionals, 1, 'plan expects one module file');
  const { from, to, timeout = DEFAULT_TIMEOUT } = values;
  if (from === undefined || to === undefined) throw new Error('plan expects --from and --to.');
  const span = spanOf({ from: instantOf(from), to: instantOf(to) }, 'plan');
  const patience = patienceOf(timeout);
  const module = await patience.wait(moduleOf(file!, values.export), `${file} is not loaded`);
  const app = await patience.wait(plannedApp(module), `${module.name} in ${file} is not made`);
  const fires = planOf(app, span);
  return { code: 0, out: asJson ? planJson(fires) : planText(fires) };
}

/** A day begins at midnight UTC. */
function instantOf(text: string): string {
  return /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text;
}
