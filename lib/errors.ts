import { didYouMean, nearest, show } from './error.text.js';

/** Everything that nestjs-sts throws on purpose; `catch` this to catch them all. */
export abstract class StsError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** What is wrong with one piece of configuration, in the order in which a reader needs it. */
export interface Complaint {
  /** The place, as the user wrote it: `ReportTasks.send: @Every`. */
  readonly where: string;
  /** Completes "expects …": `a duration such as '30s'`. */
  readonly expected: string;
  /** What came: the value, or a text that describes it, with `isGotText`. */
  readonly got: unknown;
  /** Whether `got` is a description rather than a value, and stands in the message as it is. @default false */
  readonly isGotText?: boolean;
  /** A sentence that says what to do. */
  readonly remedy?: string;
}

/** Configuration that cannot work. It is thrown at bootstrap, or by the call that brought it. */
export abstract class ConfigurationError extends StsError {
  readonly where: string;
  readonly expected: string;
  readonly got: unknown;
  readonly remedy: string | undefined;
  readonly #isGotText: boolean;

  constructor(complaint: Complaint, options?: ErrorOptions) {
    const { where, expected, got, isGotText = false, remedy } = complaint;
    const came = isGotText ? String(got) : show(got);
    super(`${where} expects ${expected}, got ${came}.${remedy ? ` ${remedy}` : ''}`, options);
    this.where = where;
    this.expected = expected;
    this.got = got;
    this.remedy = remedy;
    this.#isGotText = isGotText;
  }

  /**
   * The same complaint, said of the place where the user made the mistake, with a better remedy if there is one.
   *
   * @internal
   */
  at(where: string, remedy = this.remedy): ConfigurationError {
    const SameClass = this.constructor as new (
      complaint: Complaint,
      options?: ErrorOptions,
    ) => ConfigurationError;
    const { expected, got } = this;
    return new SameClass({ where, expected, got, isGotText: this.#isGotText, remedy }, { cause: this.cause });
  }
}

/** A duration that is not one: an unknown unit, a fraction of a millisecond, a negative number. */
export class InvalidDurationError extends ConfigurationError {}
/** A trigger that cannot name an instant: a period of 0, a date that is none. */
export class InvalidTriggerError extends ConfigurationError {}
/** A cron expression with a wrong field, or one that can never fire. */
export class InvalidCronError extends ConfigurationError {}
/** A time zone that this Node does not know. */
export class InvalidTimeZoneError extends ConfigurationError {}
/** An option with a wrong value, an unknown name, or two different values. */
export class InvalidOptionError extends ConfigurationError {}
/** An option that does not work with the engine of the app. It is refused rather than ignored. */
export class UnsupportedOptionError extends ConfigurationError {}
/** A decorator on something that can never be a task. */
export class InvalidDecoratorError extends ConfigurationError {}
/** An environment variable with a value that cannot be read. */
export class InvalidEnvironmentError extends ConfigurationError {}
/** Two tasks with one name. */
export class DuplicateTaskError extends ConfigurationError {}
/** A date that is over, given to a call that would never run. */
export class PastInstantError extends ConfigurationError {}
/** `StsModule` without `forRoot()`, or with two of them. */
export class ModuleImportError extends ConfigurationError {}

/** A package that a part of nestjs-sts needs, and that is not installed. */
export class MissingPackageError extends ConfigurationError {}

/** A history that another run store has open. */
export class RunStoreInUseError extends ConfigurationError {}
/** A history that a later version of nestjs-sts has made. */
export class RunStoreVersionError extends ConfigurationError {}

/** The server that many processes share does not answer, or answers with an error, which is the `cause`. */
export class EngineUnavailableError extends StsError {}

/** Something that works in one process, and not over many. */
export class UnsupportedByEngineError extends StsError {
  constructor(
    /** Such as `SchedulerRegistry.pause()`. */
    readonly what: string,
    readonly engine: string,
    remedy: string,
  ) {
    super(`${what} does not work with the engine ${engine} yet. ${remedy}`);
  }
}

/** No task has this name. */
export class UnknownTaskError extends StsError {
  constructor(
    readonly taskName: string,
    known: Iterable<string>,
  ) {
    const meant = taskMeant(String(taskName), [...known]);
    super(
      `No task is named ${show(taskName)}.${didYouMean(meant)} SchedulerRegistry.list() names all tasks.`,
    );
  }
}

/** The task that is meant by a name that is not known: who leaves out the class, or gives another, means the method. */
export function taskMeant(asked: string, known: readonly string[]): string | undefined {
  const method = methodOf(asked);
  const byMethod = new Map(known.toReversed().map(name => [methodOf(name), name]));
  const near = () => byMethod.get(nearest(method, byMethod.keys()) ?? '');
  return byMethod.get(asked) ?? nearest(asked, known) ?? byMethod.get(method) ?? near();
}

function methodOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** A payload that the task's schema refuses. The message says why, and not what the payload was. */
export class InvalidPayloadError extends StsError {
  constructor(
    readonly taskName: string,
    /** What the schema said, such as `since: expected string`. */
    readonly issues: readonly string[],
  ) {
    super(`${taskName} refuses its payload: ${issues.join('; ')}.`);
  }
}

/** What it takes to go on, by what was asked for: a scheduler that has stopped can be started again. */
const DRAINING = {
  'be triggered':
    'the scheduler is draining or has stopped. It takes runs again once TaskScheduler.run() has started it again',
  run: 'it is draining, or the app has closed. It can be started again when drain() or stop() has resolved',
} as const;

/**
 * The scheduler is draining or has stopped, and takes no more runs until `TaskScheduler.run()` starts it again;
 * after the app has closed nothing does.
 */
export class SchedulerDrainingError extends StsError {
  constructor(
    /** The task, or `The scheduler` itself. */
    readonly subject: string,
    verb: 'be triggered' | 'run',
  ) {
    super(`${subject} cannot ${verb}: ${DRAINING[verb]}, unless the app has closed.`);
  }
}

/**
 * Throw it, or an error with it as its `cause`, in a handler: no other attempt follows, whatever the task's `retry` says.
 *
 * @example throw new NonRetryableError('no such customer', { cause: error });
 */
export class NonRetryableError extends StsError {}

/** Aborts the signal of an attempt that took longer than its `timeout`. */
export class RunTimeoutError extends StsError {
  constructor(
    readonly taskName: string,
    /** In ms. */
    readonly timeoutMs: number,
  ) {
    super(`${taskName} took longer than its timeout of ${timeoutMs} ms.`);
  }
}

/** Aborts the signal of a run that somebody cancelled, or that a drain ended. */
export class RunCancelledError extends StsError {
  constructor(
    readonly taskName: string,
    readonly reason: string,
  ) {
    super(`${taskName} was cancelled: ${reason}.`);
  }
}

/** Stands for the error of an attempt whose end nobody saw. */
export class RunAbandonedError extends StsError {
  constructor(
    readonly taskName: string,
    /** `drain`: its handler ignored its abort; `crash`: its process died. */
    readonly reason: 'drain' | 'crash',
  ) {
    const why = reason === 'drain' ? 'it did not end when it was aborted' : 'its process died';
    super(`${taskName} was abandoned: ${why}.`);
  }
}

/** The module's `around` hook did not call `next()` once. */
export class AroundError extends StsError {
  constructor(
    readonly taskName: string,
    /** How often it did; `late` when it had settled already. */
    readonly calls: 'never' | 'twice' | 'late',
  ) {
    const got = calls === 'late' ? 'when it had settled already' : calls;
    super(`${taskName}: the \`around\` hook expects to call next() once, and called it ${got}.`);
  }
}

/** Ends an attempt whose handler a guard did not let run; what a guard threw is its `cause`. */
export class GuardRefusal extends StsError {
  constructor(
    readonly taskName: string,
    cause?: Error,
  ) {
    super(`A guard refused ${taskName}${cause === undefined ? '' : `: ${cause.message}`}.`, { cause });
  }
}

/** How a command ended that did not succeed, or why it was not even started. */
export interface CommandFailure {
  /** The program, without its arguments, which may be secret. */
  readonly command: string;
  /** `null` when a signal ended it, or when it was not started. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last of what it wrote, as much as `maxOutput` says. */
  readonly stdout: string;
  readonly stderr: string;
}

/** A command of a `CommandTask` ended without success, or could not be started; then `cause` is why. */
export class CommandFailedError extends StsError implements CommandFailure {
  readonly command: string;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;

  /** @param how completes "pg_dump …", when it was not started. */
  constructor(
    readonly taskName: string,
    failure: CommandFailure,
    { how = endOf(failure), cause }: { readonly how?: string; readonly cause?: unknown } = {},
  ) {
    super(`${taskName}: ${failure.command} ${how}`, { cause });
    this.command = failure.command;
    this.exitCode = failure.exitCode;
    this.signal = failure.signal;
    this.stdout = failure.stdout;
    this.stderr = failure.stderr;
  }
}

/** A message shows no more than this of what a command wrote; the error has all that was kept. */
const LONGEST_STDERR_SHOWN = 500;

function endOf({ exitCode, signal, stderr }: CommandFailure): string {
  const end = signal === null ? `ended with exit code ${exitCode}` : `was ended by ${signal}`;
  const wrote = stderr.trim();
  const shown =
    wrote.length <= LONGEST_STDERR_SHOWN ? wrote : `…${wrote.slice(wrote.length - LONGEST_STDERR_SHOWN)}`;
  return shown === '' ? `${end}.` : `${end}: ${shown}`;
}

/** What a run store could not write, or could not for a while; `cause` is why. This costs history, never a run. */
export class RunStoreWriteError extends StsError {
  /** How many runs wait until writing works again. */
  readonly waiting: number;
  /** How many runs, the oldest, were given up for newer ones since it failed. */
  readonly lost: number;

  constructor({ waiting, lost }: { waiting: number; lost: number }, cause?: unknown) {
    const loss = lost === 0 ? '' : ` ${lost} runs were lost, the oldest ones.`;
    super(
      cause === undefined
        ? `The run store works again.${loss}`
        : `The run store cannot write: ${textOf(cause)}. ${waiting} runs wait until it can.${loss}`,
      { cause },
    );
    this.waiting = waiting;
    this.lost = lost;
  }
}

/** A run store cannot open its file, and will try again; `cause` is why. This costs history, never a run. */
export class RunStoreOpenError extends StsError {
  constructor(cause: unknown) {
    super(`its file cannot be opened: ${textOf(cause)}; if it is damaged, move it away`, { cause });
  }
}

function textOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : show(cause)).replace(/\.$/, '');
}

/** The option's value when it is valid; an `InvalidOptionError` with the complaint when it is not. */
export function validOption<T>(
  value: unknown,
  isValid: (value: unknown) => boolean,
  complaint: Omit<Complaint, 'got'>,
): T {
  if (isValid(value)) return value as T;
  throw new InvalidOptionError({ ...complaint, got: value });
}
