import ts from 'typescript';
import type { MigratedFile } from './migrated.file.js';
import { isFalse, isTrue, optionsIn, type Option } from '../source/object.literal.js';

/** Keeps what @nestjs/schedule did, until somebody takes it out. */
const OVERLAP = "overlap: 'allowAll'";
const REFUSED = `cronJobs, intervals and timeouts are no options here: say enabled, or only, and ${OVERLAP}`;

/** Rewrites `ScheduleModule.forRoot(…)` and `.forRootAsync(…)`; the module's own name is rewritten beside it. */
export function rewriteModule(
  call: ts.CallExpression,
  method: string,
  { rewriting, roots }: MigratedFile,
): void {
  const [given] = call.arguments;
  if (roots > 1 && isDecorating(call)) {
    rewriting.leave(
      call,
      `forRoot() stands in ${roots} modules, and may stand once in an app: keep that of the root module`,
    );
  }
  if (method === 'forRoot' && given === undefined) {
    return rewriting.replaceSpan(call.end - 1, call.end - 1, `{ ${OVERLAP} }`);
  }
  const literal = method === 'forRoot' ? given : optionsOfFactory(given);
  const options =
    literal !== undefined && ts.isObjectLiteralExpression(literal) ? optionsIn(literal) : undefined;
  const enabled = options === undefined ? undefined : enabledText(options, rewriting.text);
  if (enabled === undefined) rewriting.leave(given ?? call, REFUSED);
  else rewriting.replace(literal!, `{ ${[...enabled, OVERLAP].join(', ')} }`);
}

/** Whether a node is within what a decorator says of a class. */
export function isDecorating(node: ts.Node): boolean {
  return ts.findAncestor(node, ts.isDecorator) !== undefined;
}

const KINDS = ['cronJobs', 'intervals', 'timeouts'];

/** One option for all three kinds of jobs, or none; `undefined` when it takes more than that. */
function enabledText(options: readonly Option[], text: (node: ts.Node) => string): string[] | undefined {
  if (options.some(({ key }) => !KINDS.includes(key))) return undefined;
  if (options.every(({ value }) => isTrue(value))) return [];
  const texts = new Set(options.map(({ value }) => text(value)));
  if (options.length < KINDS.length || texts.size > 1) return undefined;
  return [options.every(({ value }) => isFalse(value)) ? 'enabled: false' : `enabled: ${[...texts][0]}`];
}

/** `{ useFactory: () => ({ … }) }` */
function optionsOfFactory(given: ts.Expression | undefined): ts.Expression | undefined {
  if (given === undefined || !ts.isObjectLiteralExpression(given)) return undefined;
  const factory = optionsIn(given)?.find(({ key }) => key === 'useFactory')?.value;
  if (factory === undefined || !ts.isArrowFunction(factory) || ts.isBlock(factory.body)) return undefined;
  return ts.isParenthesizedExpression(factory.body) ? factory.body.expression : factory.body;
}
