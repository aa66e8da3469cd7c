import type { NestContainer } from '@nestjs/core';
import { Injector } from '@nestjs/core/injector/injector.js';
import { STATIC_CONTEXT } from '@nestjs/core/injector/constants.js';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { InvalidOptionError } from '../errors.js';
import { measured } from '../executor/run.context.js';
import type { Enhancers } from '../task/enhancers.js';
import type { Call, CallWith, Handler } from '../task/task.definition.js';
import type { Task } from '../task/task.js';
import type { Class } from './decorated.members.js';
import { EnhancerChains } from './enhancer.chain.js';
import { instanceFor, isScoped } from './scoped.instance.js';
import { enhancersOf } from './task.enhancers.js';

/** A method of a provider. */
export interface Callee {
  readonly wrapper: InstanceWrapper;
  readonly type: Class;
  readonly key: PropertyKey;
}

type Methods = Record<PropertyKey, Handler>;
type Method = (...args: unknown[]) => unknown;

/** Decides, once for each task, how its handler is called; a singleton's without enhancers is called as it is. */
export class TaskInvoker {
  readonly #container: NestContainer;
  readonly #own: EnhancerChains;
  readonly #all: EnhancerChains;

  constructor(container: NestContainer) {
    this.#container = container;
    this.#own = new EnhancerChains(container);
    this.#all = new EnhancerChains(container, container.applicationConfig);
  }

  /** How a method is called with these enhancers around it. */
  callOf(callee: Callee, enhancers: Enhancers): Call {
    const { wrapper, type, key } = callee;
    const isNew = isScoped(wrapper);
    const own = enhancersOf(type, Reflect.get(isNew ? type.prototype : (wrapper.instance as object), key));
    if (enhancers === 'none' || (enhancers === 'auto' && !own.hasAny)) {
      return { handler: isNew ? scoped(callee) : plain(callee), isGuarded: false };
    }
    if (enhancers === 'auto') {
      return { handler: isNew ? this.#scopedChain(callee) : this.#chain(callee), isGuarded: own.hasGuards };
    }
    return { handler: this.#withGlobals(callee, isNew), isGuarded: true };
  }

  /**
   * How the instance of a Task class is called that was added at run time; `undefined` when Nest does not know it, and
   * none of its enhancers either.
   */
  callsOf(task: Task<never>): CallWith | undefined {
    const type = task.constructor as Class;
    const wrapper = this.#providerOf(task);
    if (wrapper !== undefined) return enhancers => this.callOf({ wrapper, type, key: 'run' }, enhancers);
    return enhancersOf(type, task.run).hasAny ? enhancers => unknown(task, enhancers) : undefined;
  }

  #providerOf(task: object): InstanceWrapper | undefined {
    for (const { providers } of this.#container.getModules().values()) {
      for (const wrapper of providers.values()) {
        if (!wrapper.isAlias && wrapper.instance === task) return wrapper;
      }
    }
    return undefined;
  }

  /** Made now, so that an enhancer that is none fails the start. */
  #chain({ wrapper, key }: Callee): Handler {
    const instance = wrapper.instance as Methods;
    return this.#own.around(calledOf(wrapper, instance, key));
  }

  #scopedChain({ wrapper, key }: Callee): Handler {
    return async context => {
      const { instance, contextId } = await instanceFor(context, wrapper);
      return this.#own.around(calledOf(wrapper, instance, key, contextId))(context);
    };
  }

  /** Made at the first attempt: an app may be given global enhancers after its start. */
  #withGlobals({ wrapper, key }: Callee, isNew: boolean): Handler {
    let once: Handler | undefined;
    return async context => {
      const globals = this.#scopedGlobals();
      if (!isNew && globals.length === 0) {
        once ??= this.#all.around(calledOf(wrapper, wrapper.instance as object, key));
        return once(context);
      }
      const { instance, contextId } = await instanceFor(context, wrapper);
      const bearer = { getEnhancersMetadata: () => globals } as unknown as InstanceWrapper;
      await new Injector().loadEnhancersPerContext(bearer, contextId, wrapper);
      return this.#all.around(calledOf(wrapper, instance, key, contextId))(context);
    };
  }

  #scopedGlobals(): InstanceWrapper[] {
    const config = this.#container.applicationConfig!;
    return [
      ...config.getGlobalRequestGuards(),
      ...config.getGlobalRequestInterceptors(),
      ...config.getGlobalRequestFilters(),
    ];
  }
}

/** A guard that silently did not run would be worse than none. */
function unknown(task: Task<never>, enhancers: Enhancers): Call {
  if (enhancers === 'none') return { handler: context => task.run(context as never), isGuarded: false };
  const { name } = task.constructor;
  throw new InvalidOptionError({
    where: `${name}: enhancers`,
    expected: "'none' for a task that is not among the providers of a module, where Nest finds its enhancers",
    got: enhancers,
    remedy: `List ${name} among the providers, and inject it; it may add itself in its onModuleInit(), not in its constructor.`,
  });
}

function plain({ wrapper, key }: Callee): Handler {
  const owner = wrapper.instance as Methods;
  return context => owner[key]!(context);
}

function scoped({ wrapper, key }: Callee): Handler {
  return async context => {
    const { instance } = await instanceFor(context, wrapper);
    // Its attempt may have ended meanwhile.
    context.signal.throwIfAborted();
    return measured(context, () => (instance as Methods)[key]!(context));
  };
}

function calledOf(wrapper: InstanceWrapper, instance: object, key: PropertyKey, contextId = STATIC_CONTEXT) {
  const method = (instance as Record<PropertyKey, Method>)[key]!;
  return { instance, method, contextId, inquirerId: wrapper.id, moduleKey: wrapper.host!.token };
}
