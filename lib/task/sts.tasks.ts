/**
 * The tasks of an app and what their manual runs are given, for the compiler to check `trigger()`. It is empty, and any
 * name and payload compile, until the app declares it.
 *
 * @example
 * ```ts
 * declare module 'nestjs-sts' {
 *   interface StsTasks {
 *     'ReportTasks.rebuild': { since: string };
 *     'ReportTasks.poll': undefined; // takes none
 *   }
 * }
 * ```
 */
export interface StsTasks {}

type IsUndeclared = [keyof StsTasks] extends [never] ? true : false;

/** The names that `trigger()` takes: any text, or those of `StsTasks`. */
export type TaskName = IsUndeclared extends true ? string : Extract<keyof StsTasks, string>;

/** What `trigger()` takes after the name: a payload that may be left out where it may be `undefined`. */
export type TriggerArguments<Name extends string> = IsUndeclared extends true
  ? [payload?: unknown]
  : Name extends keyof StsTasks
    ? undefined extends StsTasks[Name]
      ? [payload?: StsTasks[Name]]
      : [payload: StsTasks[Name]]
    : never;
