import { ContextIdFactory, ModuleRef } from '@nestjs/core';
import type { ContextId, InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { REQUEST_CONTEXT_ID } from '@nestjs/core/router/request/request-constants.js';
import type { TaskContext } from '../task/task.context.js';

/** Whether a provider is made anew per request, or per use. */
export function isScoped(wrapper: InstanceWrapper): boolean {
  return wrapper.isTransient || !wrapper.isDependencyTreeStatic();
}

/**
 * The instance of a provider for one attempt, which is its request. Nest keeps it as long as somebody has the
 * attempt's context.
 */
export async function instanceFor(context: TaskContext<unknown>, wrapper: InstanceWrapper) {
  const moduleRef = wrapper.host!.getProviderByKey(ModuleRef).instance as ModuleRef;
  const contextId = contextIdOf(context, wrapper, moduleRef);
  const instance = await moduleRef.resolve<object>(wrapper.token as string, contextId);
  return { instance, contextId };
}

/** As Nest does it for HTTP: whoever asks later for the context id of this request gets the same. */
function contextIdOf(
  context: TaskContext<unknown>,
  wrapper: InstanceWrapper,
  moduleRef: ModuleRef,
): ContextId {
  const contextId = ContextIdFactory.getByRequest(context);
  Object.defineProperty(context, REQUEST_CONTEXT_ID, { value: contextId });
  // Durable instances are shared by many requests: none of these is theirs.
  const isDurable = wrapper.isDependencyTreeDurable();
  moduleRef.registerRequestByContextId(isDurable ? contextId.payload : context, contextId);
  return contextId;
}
