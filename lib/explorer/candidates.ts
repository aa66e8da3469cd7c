import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import type { Module } from '@nestjs/core/injector/module.js';
import type { Class } from './decorated.members.js';

/** A provider or controller that may bear tasks, with what messages say of it. */
export interface Candidate {
  readonly wrapper: InstanceWrapper;
  readonly type: Class;
  readonly module: Module;
  readonly isController: boolean;
}

/** Every provider and controller of these modules; aliases are left out, for they are the same once more. */
export function* candidatesIn(modules: Iterable<Module>): Iterable<Candidate> {
  for (const module of modules) {
    for (const wrapper of module.providers.values()) {
      const type = typeOf(wrapper);
      if (type !== undefined && !wrapper.isAlias) yield { wrapper, type, module, isController: false };
    }
    for (const wrapper of module.controllers.values()) {
      const type = typeOf(wrapper);
      if (type !== undefined) yield { wrapper, type, module, isController: true };
    }
  }
}

/** The class that an instance really has: a factory or a value may provide what its token does not say. */
function typeOf({ instance, metatype, inject }: InstanceWrapper): Class | undefined {
  // A request-scoped provider has a bare object of its class for its instance; a factory (it has `inject`) is no class.
  const type = classOf(instance) ?? (inject ? undefined : metatype);
  return typeof type === 'function' && type.prototype !== undefined ? (type as Class) : undefined;
}

/** Read past the instance itself, which may be a Proxy that throws at whatever it does not know. */
function classOf(instance: unknown): Function | undefined {
  if (typeof instance !== 'object' || instance === null) return undefined;
  try {
    const prototype = Object.getPrototypeOf(instance) as object | null;
    return typeof prototype?.constructor === 'function' ? prototype.constructor : undefined;
  } catch {
    return undefined;
  }
}
