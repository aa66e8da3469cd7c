import { suggestion } from '../error.text.js';
import { ConfigurationError, InvalidOptionError, validOption } from '../errors.js';
import { ruleOf, type Rule } from '../trigger/rule.js';
import { TriggerPool } from '../trigger/trigger.pool.js';
import type { Trigger } from '../trigger/trigger.js';
import { otherRuleHint } from './rule.hint.js';
import { mergeDeclarations, refuseWrongKeys, type Declaration } from './task.declaration.js';
import { parseLayer, resolvePolicy, type PolicyLayer } from './task.defaults.js';
import type { RawTask, TaskDefinition } from './task.definition.js';
import type { TaskOptions } from './task.options.js';

/** What the app says for all of its tasks. */
export interface AppPolicy {
  /** Module, then environment. */
  readonly layers: readonly PolicyLayer[];
  readonly groups: ReadonlyMap<string, PolicyLayer>;
  /** `undefined` = the host's. */
  readonly timeZone: string | undefined;
}

/** Turns what users write into definitions: the one place where options are read, layered and frozen. */
export class TaskResolver {
  readonly #triggers = new TriggerPool();
  readonly #app: AppPolicy;
  #created = 0;

  constructor(app: AppPolicy) {
    this.#app = app;
  }

  /**
   * @param known the task that it replaces, whose place in the order of creation it keeps.
   * @throws {ConfigurationError} that names the place.
   */
  resolve(source: RawTask, known?: TaskDefinition): TaskDefinition {
    const { place, owner, handler, declarations } = source;
    declarations.forEach(refuseWrongKeys);
    const { options, whereOf } = mergeDeclarations(declarations, place);
    const name = parseName(options.name ?? source.name, whereOf('name'));
    const own = declarations.map(declaration => parseLayer(declaration.options, declaration.where));
    const group = options.group === undefined ? undefined : parseName(options.group, whereOf('group'));
    const layers = [...own, ...this.#groupLayer(group, whereOf('group')), ...this.#app.layers];
    return Object.freeze({
      name,
      group: group ?? null,
      place,
      owner,
      handler,
      source,
      triggers: Object.freeze(this.#triggersOf(declarations, name)),
      payload: options.payload === undefined ? null : parsePayload(options.payload, whereOf('payload')),
      shutdownOrder: parseOrder(
        options.shutdownOrder ?? known?.shutdownOrder ?? this.#created++,
        whereOf('shutdownOrder'),
      ),
      ...resolvePolicy(layers),
    });
  }

  #groupLayer(group: string | undefined, where: string): readonly PolicyLayer[] {
    const { groups } = this.#app;
    if (group === undefined || groups.size === 0) return [];
    const layer = groups.get(group);
    if (layer !== undefined) return [layer];
    const expected = `a group of the module's \`groups\`: ${[...groups.keys()].join(', ')}`;
    const remedy = suggestion(group, groups.keys()).trim();
    throw new InvalidOptionError({ where, expected, got: group, remedy });
  }

  #triggersOf(declarations: readonly Declaration[], name: string): Trigger[] {
    const triggers = new Set<Trigger>();
    for (const declaration of declarations) {
      if (ruleOf(declaration.options) !== undefined) triggers.add(this.#triggerOf(declaration, name));
    }
    return [...triggers];
  }

  #triggerOf({ where, options, form = 'decorator' }: Declaration, name: string): Trigger {
    const rule = options as Rule;
    const timeZone = rule.cron === undefined ? undefined : (rule.timeZone ?? this.#app.timeZone);
    try {
      return this.#triggers.of({ ...rule, timeZone }, where, name);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      throw error.at(error.where, otherRuleHint(rule, form));
    }
  }
}

function parseName(name: unknown, where: string): string {
  const isValid = (n: unknown) => typeof n === 'string' && n.trim() === n && n !== '';
  return validOption(name, isValid, {
    where,
    expected: 'a name: text that is not empty, without white space around it',
  });
}

function parseOrder(order: unknown, where: string): number {
  return validOption(order, n => Number.isFinite(n), { where, expected: 'a finite number' });
}

function parsePayload(schema: NonNullable<TaskOptions['payload']>, where: string) {
  const isValid = (s: unknown) => typeof (s as typeof schema)?.['~standard']?.validate === 'function';
  return validOption<typeof schema>(schema, isValid, {
    where,
    expected: 'a Standard Schema, as zod and valibot make them',
  });
}
