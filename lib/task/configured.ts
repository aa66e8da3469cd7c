import type { Abstract, InjectionToken, OptionalFactoryDependency, Type } from '@nestjs/common';

/** What `inject` may name: tokens as in a factory provider, also `{ token, optional: true }`. */
export type InjectedToken = InjectionToken | OptionalFactoryDependency;

/** What a factory is called with, by what its `inject` names: an instance for a class, `unknown` for any other token. */
export type Injected<Tokens extends readonly InjectedToken[]> = {
  -readonly [Index in keyof Tokens]: InstanceOf<Tokens[Index]>;
};

type InstanceOf<Token> =
  Token extends Type<infer Instance>
    ? Instance
    : Token extends Abstract<infer Instance>
      ? Instance
      : Token extends { readonly token: infer Inner; readonly optional: true }
        ? InstanceOf<Inner> | undefined
        : Token extends { readonly token: infer Inner }
          ? InstanceOf<Inner>
          : unknown;

/**
 * In place of a value in a decorator: it is made when the app starts, of providers that the task's module can inject, or
 * else of any module's.
 *
 * @example
 * ```ts
 * @Cron({ inject: [ConfigService], useFactory: config => config.getOrThrow('REPORT_CRON') })
 * ```
 */
export interface Configured<Value, Tokens extends readonly InjectedToken[] = readonly InjectedToken[]> {
  readonly inject?: Tokens;
  /**
   * Gives the value. `undefined`, for a setting that is missing, is refused when the app starts.
   *
   * It is a method rather than a field, so that a parameter may say what a token of text stands for.
   */
  useFactory(...dependencies: Injected<Tokens>): Value | undefined | Promise<Value | undefined>;
  /** Not read, for a decorator imports nothing; `registerAs(…).asProvider()` has it. */
  readonly imports?: unknown;
}

/** What a decorator was given in place of a value. */
export interface ConfiguredPart {
  /** The option that it gives; `null` = any number of them. */
  readonly key: string | null;
  /** Unread. */
  readonly source: object;
}

/** Whether a value is written as one that comes from providers, rightly or not. */
export function isConfigured(value: unknown): value is Configured<never> {
  return typeof value === 'object' && value !== null && ('useFactory' in value || 'inject' in value);
}
