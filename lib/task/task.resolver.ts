import { suggestion } from '../error.text.js';
import { ConfigurationError, InvalidOptionError, validOption } from '../errors.js';
import type { ErrorThreshold } from '../policy/error.threshold.js';
import { parseDuration } from '../time/duration.js';
import { timeZone } from '../time/time-zone.js';
import type { Trigger } from '../trigger/trigger.js';
import { isDisabled, ruleOf, type Rule } from '../trigger/rule.js';
import { TriggerPool } from '../trigger/trigger.pool.js';
import { disallowedBy, type Allowance } from './allowance.js';
import { otherRuleHint } from './rule.hint.js';
import { parseNumber, parseOwn, type WhereOf } from './own.options.js';
import { scheduleOf, type Schedule, type TriggerOptions } from './schedule.js';
import { NO_SCHEDULES, schedulesOf } from './schedules.js';
import { mergeDeclarations, refuseWrongKeys, type Declaration } from './task.declaration.js';
import { EMPTY_LAYER, parseLayer, resolvePolicy, type PolicyLayer } from './task.defaults.js';
import type { Call, Handler, RawTask, TaskDefinition, TaskPolicy } from './task.definition.js';
import type { TaskOptions } from './task.options.js';

/** What a group is, beside the defaults of its tasks. */
export interface GroupPolicy {
  readonly layer: PolicyLayer;
  /** How many runs of all its tasks may go on at once; `null` = any number. */
  readonly concurrency: number | null;
  readonly errorThreshold: ErrorThreshold | null;
}

/** What the app says for all of its tasks. */
export interface AppPolicy {
  /** Module, then environment. */
  readonly layers: readonly PolicyLayer[];
  readonly groups: ReadonlyMap<string, GroupPolicy>;
  /** `undefined` = the host's. */
  readonly timeZone: string | undefined;
  /** Whether the run store outlives the process. */
  readonly isDurable?: boolean;
  /** Whether many processes share the runs. @default false */
  readonly isShared?: boolean;
  /** What may run by schedule: all that each of them allows. */
  readonly allowances?: readonly Allowance[];
}

/** An option that a door reads, and nobody without it. */
export type DoorOption = 'heartbeat';

export interface ResolverHost {
  /** What the app puts around every handler. @default nothing */
  readonly around?: (handler: Handler) => Handler;
  /** The options whose doors are there. @default none */
  readonly doorOptions?: ReadonlySet<DoorOption>;
}

/** Turns what users write into definitions: the one place where options are read, layered and frozen. */
export class TaskResolver {
  readonly #triggers = new TriggerPool();
  readonly #app: AppPolicy;
  readonly #around: (handler: Handler) => Handler;
  readonly #doorOptions: ReadonlySet<DoorOption>;
  /** Of tasks that say nothing of their own, by group. */
  readonly #policies = new Map<string | undefined, TaskPolicy>();
  #created = 0;

  constructor(app: AppPolicy, { around = handler => handler, doorOptions = new Set() }: ResolverHost = {}) {
    this.#app = app;
    this.#around = around;
    this.#doorOptions = doorOptions;
  }

  /**
   * @param known the task that it replaces, whose place in the order of creation it keeps.
   * @throws {ConfigurationError} that names the place.
   */
  resolve(source: RawTask, known?: TaskDefinition): TaskDefinition {
    const { place, owner, declarations, updates = [] } = source;
    [...declarations, ...updates].forEach(refuseWrongKeys);
    const { options, whereOf } = mergeDeclarations(declarations, updates, place);
    const name = parseName(options.name ?? source.name, whereOf('name'));
    const group = options.group === undefined ? undefined : parseName(options.group, whereOf('group'));
    const own = [...updates.toReversed(), ...declarations]
      .map(({ options, where }) => parseLayer(options, where))
      .filter(layer => layer !== EMPTY_LAYER);
    const written = this.#schedulesOf(declarations, updates, name);
    const policy = this.#policyOf(own, group, whereOf);
    refuseIdleEnhancers(source, policy, whereOf);
    const { handler, isGuarded } = callOf(source, policy.enhancers);
    const ownPolicy = parseOwn(options, whereOf);
    this.#refuseIdleCatchUp(ownPolicy.catchUpMs, whereOf);
    this.#refuseIdleOnCrash(options.onCrash, whereOf);
    this.#refuseIdleHeartbeat(ownPolicy.heartbeat, whereOf);
    // An update may take the overlap back for which a declaration gave the limit.
    if (updates.length === 0) refuseIdleConcurrency(ownPolicy.concurrency, policy.overlap, whereOf);
    // What cannot be due needs no run at the start either.
    const disallowed = disallowedBy(this.#app.allowances ?? [], { name, source });
    const { schedules, triggers, terms } = disallowed === null ? written.schedules : NO_SCHEDULES;
    const idleBy = disallowed ?? written.disabledBy;
    const order = options.shutdownOrder ?? known?.shutdownOrder ?? this.#created++;
    return Object.freeze({
      name,
      group: group ?? null,
      place,
      owner,
      handler: this.#around(handler),
      isGuarded,
      source,
      schedules,
      triggers,
      terms,
      setAside: disallowed === null ? NO_SCHEDULES.schedules : written.schedules.schedules,
      shutdownOrder: parseNumber(order, whereOf('shutdownOrder')),
      ...ownPolicy,
      runOnStartMs: idleBy === null ? ownPolicy.runOnStartMs : null,
      disabledBy: idleBy ?? (ownPolicy.enabled === false ? whereOf('enabled') : null),
      ...policy,
    });
  }

  /** Tasks that say nothing of their own share the policy of their group. */
  #policyOf(own: readonly PolicyLayer[], group: string | undefined, whereOf: WhereOf): TaskPolicy {
    const beneath = () => [...this.#groupLayer(group, whereOf), ...this.#app.layers];
    if (own.length > 0) return resolvePolicy([...own, ...beneath()]);
    const known = this.#policies.get(group) ?? Object.freeze(resolvePolicy(beneath()));
    this.#policies.set(group, known);
    return known;
  }

  #groupLayer(group: string | undefined, whereOf: WhereOf): readonly PolicyLayer[] {
    const { groups } = this.#app;
    if (group === undefined || groups.size === 0) return [];
    const known = groups.get(group);
    if (known !== undefined) return [known.layer];
    const expected = `a group of the module's \`groups\`: ${[...groups.keys()].join(', ')}`;
    const remedy = suggestion(group, groups.keys()).trim();
    throw new InvalidOptionError({ where: whereOf('group'), expected, got: group, remedy });
  }

  #refuseIdleCatchUp(catchUpMs: number | null, whereOf: WhereOf): void {
    const expected = 'a run store that outlives the process, such as that of nestjs-sts/sqlite';
    if (catchUpMs === null || this.#app.isDurable === true) return;
    throw new InvalidOptionError({ where: whereOf('catchUp'), expected, got: 'none', isGotText: true });
  }

  #refuseIdleOnCrash(onCrash: TaskOptions['onCrash'], whereOf: WhereOf): void {
    const expected = 'an engine that many processes share, such as that of nestjs-sts/bullmq';
    if (onCrash === undefined || this.#app.isShared === true) return;
    throw new InvalidOptionError({ where: whereOf('onCrash'), expected, got: 'none', isGotText: true });
  }

  /** A switch that nobody tells of anything would raise an alarm, or never be armed. */
  #refuseIdleHeartbeat(heartbeat: TaskDefinition['heartbeat'], whereOf: WhereOf): void {
    if (heartbeat === null || this.#doorOptions.has('heartbeat')) return;
    const expected = 'StsHeartbeatModule among the imports of the root module';
    const remedy = "Write StsHeartbeatModule.forRoot(), imported from 'nestjs-sts/heartbeat', there.";
    throw new InvalidOptionError({
      where: whereOf('heartbeat'),
      expected,
      got: 'none',
      isGotText: true,
      remedy,
    });
  }

  /** An update with a rule takes the place of all triggers. */
  #schedulesOf(declarations: readonly Declaration[], updates: readonly Declaration[], name: string) {
    const hasRule = ({ options }: Declaration) => ruleOf(options) !== undefined;
    const latest = updates.findLast(hasRule);
    const scheduled = latest === undefined ? declarations.filter(hasRule) : [latest];
    const disabled = scheduled.filter(({ options }) => isDisabled(options));
    disabled.forEach(declaration => this.#checkBeside(declaration));
    const schedules = scheduled
      .filter(declaration => !disabled.includes(declaration))
      .map(declaration => this.#scheduleOf(declaration, name));
    return {
      schedules: schedulesOf(schedules),
      /** The place that leaves the task no trigger. */
      disabledBy: schedules.length > 0 ? null : (disabled[0]?.where ?? null),
    };
  }

  /** A mistake beside a trigger that is disabled must not wait for the day on which it is not. */
  #checkBeside({ where, options }: Declaration): void {
    const { offset, timeZone: zone } = options as Rule;
    if (offset !== undefined) parseDuration(offset, `${where}: offset`);
    if (zone !== undefined) timeZone(zone, `${where}: timeZone`);
    scheduleOf(NEVER, options as TriggerOptions, zone, where, this.#triggers);
  }

  #scheduleOf({ where, options, form = 'decorator' }: Declaration, name: string): Schedule {
    const rule = options as Rule;
    const zone = rule.timeZone ?? this.#app.timeZone;
    const timeZone = rule.cron === undefined ? undefined : zone;
    try {
      const trigger = this.#triggers.of({ ...rule, timeZone }, where, name);
      const ownZone = rule.cron === undefined ? 'UTC' : timeZone;
      return scheduleOf(trigger, options as TriggerOptions, ownZone, where, this.#triggers);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      throw error.at(error.where, otherRuleHint(rule, form));
    }
  }
}

const NEVER: Trigger = { next: () => null, toString: () => 'never' };
function callOf({ handler, callWith }: RawTask, enhancers: TaskDefinition['enhancers']): Call {
  return callWith?.(enhancers) ?? { handler, isGuarded: false };
}

/** A guard that silently did not run would be worse than none. */
function refuseIdleEnhancers({ callWith }: RawTask, { enhancers }: TaskPolicy, whereOf: WhereOf): void {
  if (enhancers !== 'all' || callWith !== undefined) return;
  throw new InvalidOptionError({
    where: whereOf('enhancers'),
    expected: 'a task among the providers of a module: around another one Nest has no enhancers',
    got: enhancers,
    remedy:
      "Let a Task class among the providers add itself, in its onModuleInit() at the earliest, or give the task enhancers: 'none'.",
  });
}

/** With any other overlap there is one run at a time. */
function refuseIdleConcurrency(concurrency: number | null, overlap: string, whereOf: WhereOf): void {
  if (concurrency === null || overlap === 'allowAll') return;
  const where = whereOf('concurrency');
  throw new InvalidOptionError({ where, expected: "the overlap 'allowAll' beside it", got: concurrency });
}

function parseName(name: unknown, where: string): string {
  const isValid = (n: unknown) => typeof n === 'string' && n.trim() === n && n !== '';
  return validOption(name, isValid, {
    where,
    expected: 'a name: text that is not empty, without white space around it',
  });
}
