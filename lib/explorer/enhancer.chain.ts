import { HttpException, type CanActivate, type NestInterceptor } from '@nestjs/common';
import type { ApplicationConfig, NestContainer } from '@nestjs/core';
import { ExternalExceptionFilterContext } from '@nestjs/core/exceptions/external-exception-filter-context.js';
import type { ExternalExceptionsHandler } from '@nestjs/core/exceptions/external-exceptions-handler.js';
import { GuardsConsumer } from '@nestjs/core/guards/guards-consumer.js';
import { GuardsContextCreator } from '@nestjs/core/guards/guards-context-creator.js';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import type { ContextId } from '@nestjs/core/injector/instance-wrapper.js';
import { InterceptorsConsumer } from '@nestjs/core/interceptors/interceptors-consumer.js';
import { InterceptorsContextCreator } from '@nestjs/core/interceptors/interceptors-context-creator.js';
import { isObservable } from 'rxjs';
import { GuardRefusal } from '../errors.js';
import { lastValue } from '../executor/last.value.js';
import { admit, measured } from '../executor/run.context.js';
import type { TaskContext } from '../task/task.context.js';
import type { Handler } from '../task/task.definition.js';

/** Nest's name for what is called: guards and the like ask for it with `getType()`. */
const TYPE = 'sts';

type Method = (...args: unknown[]) => unknown;

/** What a chain stands around. */
export interface Called {
  readonly instance: object;
  readonly method: Method;
  readonly contextId: ContextId;
  /** The id of the provider, for which transient enhancers are made. */
  readonly inquirerId: string;
  /** The key of the module in which the enhancers are found. */
  readonly moduleKey: string;
}

interface Chain {
  readonly guards: CanActivate[];
  readonly interceptors: NestInterceptor[];
  readonly filters: ExternalExceptionsHandler;
}

const guardsConsumer = new GuardsConsumer();
const interceptorsConsumer = new InterceptorsConsumer();

/**
 * Makes chains as Nest's own transports do: guards, interceptors, handler, and around them the filters. It takes
 * Nest's parts rather than its `ExternalContextCreator`, which runs global enhancers in any case, does not tell a
 * guard's refusal from what a handler throws, lets a filter hide a failure, and fails for an empty Observable.
 */
export class EnhancerChains {
  readonly #guards: GuardsContextCreator;
  readonly #interceptors: InterceptorsContextCreator;
  readonly #filters: ExternalExceptionFilterContext;

  /** @param globals where the app's global enhancers are; without it they are left out. */
  constructor(container: NestContainer, globals?: ApplicationConfig) {
    this.#guards = new GuardsContextCreator(container, globals);
    this.#interceptors = new InterceptorsContextCreator(container, globals);
    this.#filters = new ExternalExceptionFilterContext(container, globals);
  }

  /** A handler with the enhancers around it. */
  around(called: Called): Handler {
    const { instance, method, moduleKey, contextId, inquirerId } = called;
    const place = [instance, method, moduleKey, contextId, inquirerId] as const;
    const chain = {
      guards: this.#guards.create(...place),
      interceptors: this.#interceptors.create(...place),
      // Nest types what filters are for as handlers of HTTP, which return nothing.
      filters: this.#filters.create(instance, method as () => void, moduleKey, contextId, inquirerId),
    };
    return context => run(called, chain, context);
  }
}

async function run(called: Called, { guards, interceptors, filters }: Chain, context: TaskContext<unknown>) {
  const { instance, method } = called;
  const { signal } = context;
  try {
    await askGuards(called, guards, context);
    // Its attempt may have ended while a guard thought it over.
    signal.throwIfAborted();
    admit(context);
    const args = [context];
    const next = async () => measured(context, () => method.apply(instance, args));
    const result = await interceptorsConsumer.intercept(interceptors, args, instance, method, next, TYPE);
    return isObservable(result) ? await lastValue(result, signal) : result;
  } catch (error) {
    if (!(error instanceof GuardRefusal)) await askFilters(filters, error, context);
    throw error;
  }
}

async function askGuards(called: Called, guards: CanActivate[], context: TaskContext<unknown>) {
  if (guards.length === 0) return;
  const { instance, method } = called;
  let mayRun = false;
  try {
    mayRun = await guardsConsumer.tryActivate(guards, [context], instance, method, TYPE);
  } catch (error) {
    throw isRefusal(error) ? new GuardRefusal(context.taskName, error) : error;
  }
  if (!mayRun) throw new GuardRefusal(context.taskName);
}

/** Guards written for HTTP refuse with the status; whatever else they throw is an error of theirs. */
function isRefusal(error: unknown): error is HttpException {
  return error instanceof HttpException && [401, 403].includes(error.getStatus());
}

/** What a filter returns changes nothing: the attempt has failed. What it throws takes the error's place. */
async function askFilters(filters: ExternalExceptionsHandler, error: unknown, context: TaskContext<unknown>) {
  const host = new ExecutionContextHost([context]);
  host.setType(TYPE);
  const answer: unknown = await filters.invokeCustomFilters(error, host);
  if (isObservable(answer)) await lastValue(answer, NEVER);
}

/** A filter works on when its attempt is over: that is when it has something to tell. */
const NEVER = new AbortController().signal;
