import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { levelOf } from '../../lib/log/log.level.js';
import type { AttemptOutcome, Outcome } from '../../lib/run/outcome.js';
import type { StsEvent } from '../../lib/run/run.events.js';
import type { LogLevel } from '../../lib/run/run.log.js';

/** What docs/events.md says of every event is what the code does. */
const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const rows = [...read('docs/events.md').matchAll(/^\| `(\w+)` +\|(.*)\|(.*)\|(.*)\|$/gm)].map(
  ([, type, , fields, level]) => ({
    type: type!,
    fields: [...fields!.matchAll(/`(\w+)`/g)].map(([, field]) => field!),
    levels: level!.match(/DEBUG|INFO|WARNING|ERROR|CRITICAL/g)!,
  }),
);

/** Each member of the union `StsEvent`: its type, and its fields but for `type` and `at`. */
function declaredEvents(): { type: string; fields: string[] }[] {
  const file = ts.createSourceFile('', read('lib/run/run.events.ts'), ts.ScriptTarget.Latest);
  const [union] = file.statements
    .filter(ts.isTypeAliasDeclaration)
    .filter(({ name }) => name.text === 'StsEvent');
  const members = (union!.type as ts.UnionTypeNode).types as ts.NodeArray<ts.TypeLiteralNode>;
  return members.map(({ members }) => {
    const properties = members as ts.NodeArray<ts.PropertySignature>;
    const [type] = properties.map(property => property.type!.getText(file).replaceAll("'", ''));
    const names = properties.map(({ name }) => name.getText(file));
    return { type: type!, fields: names.filter(name => name !== 'type' && name !== 'at') };
  });
}

const LEVELS: readonly LogLevel[] = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'];
const outcomes: readonly AttemptOutcome[] = [
  { kind: 'success' },
  { kind: 'failure', error: new Error('x') },
  { kind: 'timeout', timeoutMs: 1 },
  { kind: 'cancelled', reason: 'by hand' },
  { kind: 'abandoned', reason: 'drain' },
];

/** What tells the levels of an event apart; the others have one level. */
const variants: Record<string, readonly object[]> = {
  triggerExhausted: [{ lastDueAt: null }, { lastDueAt: 0 }],
  drainFinished: [{ abandoned: [] }, { abandoned: ['x'] }],
  runLogged: LEVELS.map(level => ({ level })),
  runFinished: [...outcomes.map(outcome => runWith(outcome)), runWith({ kind: 'success' }, 2)],
  runSkipped: (['overlap', 'draining'] as const).map(reason =>
    runWith({ kind: 'skipped', reason, count: 1, lastDueAt: 0, detail: null }),
  ),
};

function runWith(outcome: Outcome, attempts = 1): object {
  return { run: { outcome, attempts: Array.from({ length: attempts }) } };
}

describe('the guide to events', () => {
  it('has a row for each type, with its fields', () => {
    const told = rows.map(({ type, fields }) => ({ type, fields }));
    const inOrder = (events: typeof told) => events.toSorted((a, b) => a.type.localeCompare(b.type));

    expect(inOrder(told)).toEqual(inOrder(declaredEvents()));
  });

  it.each(rows)('says at which levels $type is written', ({ type, levels }) => {
    const events = (variants[type] ?? [{}]).map(variant => ({ type, ...variant }) as StsEvent);

    expect(new Set(levels)).toEqual(new Set(events.map(levelOf)));
  });
});
