export { At } from './decorators/at.decorator.js';
export { Cron } from './decorators/cron.decorator.js';
export { Every } from './decorators/every.decorator.js';
export { Manual } from './decorators/manual.decorator.js';
export { Retry } from './decorators/retry.decorator.js';
export { Schedule } from './decorators/schedule.decorator.js';
export type { TaskDecorator } from './decorators/task.metadata.js';
export type { ClusterNode, SubmittedRun } from './engine/engine.js';
export type { EngineOption } from './engine/shared.engine.js';
export type { Around } from './executor/around.js';
export {
  AroundError,
  CommandFailedError,
  ConfigurationError,
  DuplicateTaskError,
  EngineUnavailableError,
  InvalidCronError,
  InvalidDecoratorError,
  InvalidDurationError,
  InvalidEnvironmentError,
  InvalidOptionError,
  InvalidPayloadError,
  InvalidTimeZoneError,
  InvalidTriggerError,
  MissingPackageError,
  ModuleImportError,
  NonRetryableError,
  PastInstantError,
  RunAbandonedError,
  RunCancelledError,
  RunStoreInUseError,
  RunStoreVersionError,
  RunStoreOpenError,
  RunStoreWriteError,
  RunTimeoutError,
  SchedulerDrainingError,
  StsError,
  UnknownTaskError,
  UnsupportedByEngineError,
  UnsupportedOptionError,
  type CommandFailure,
  type Complaint,
} from './errors.js';
export type { LogFormatter, LogFormatterOption } from './log/log.formatter.js';
export type { LogRecord } from './log/log.record.js';
export type { LogLevelName } from './log/log.threshold.js';
export type { Backoff } from './policy/backoff.js';
export type { DelayJitter } from './policy/jitter.js';
export type { ErrorThresholdOptions } from './policy/error.threshold.js';
export type { Misfire } from './policy/misfire.js';
export type { Pause } from './policy/pause.js';
export type { Overlap } from './policy/overlap.js';
export type { RetryOptions } from './policy/retry.js';
export type { HistoryBounds } from './run/memory.run-store.js';
export type { KeptError } from './run/kept.run.js';
export type { AttemptOutcome, Outcome, Skipped, SkipReason } from './run/outcome.js';
export type { EventOf, StsEvent, Unsettled } from './run/run.events.js';
export { mergedSkip } from './run/merged.skip.js';
export type { DurableState, InstantRecord, RunPage, RunQuery, RunStore } from './run/run.store.js';
export type { Failure } from './run/failure.js';
export type { Attempt, Cause, FinishedRun, Run } from './run/run.js';
export type { LogLevel, RunLogLine } from './run/run.log.js';
export type { Scope } from './run/scope.js';
export type { StsFeatureOptions } from './module/feature.module.js';
export type { Explanation } from './scheduler/explanation.js';
export type { Stats } from './scheduler/ledger.js';
export type { PauseTarget } from './scheduler/pause.target.js';
export type { SchedulerStatus } from './scheduler/lifecycle.js';
export { SchedulerRegistry } from './scheduler/scheduler.registry.js';
export type { TaskDescription } from './scheduler/task.description.js';
export { TaskScheduler } from './scheduler/task.scheduler.js';
export { STS_CLOCK, STS_OPTIONS, StsModule } from './sts.module.js';
export type {
  GroupOptions,
  StsModuleAsyncOptions,
  StsModuleOptions,
  StsOptionsFactory,
} from './sts.options.js';
export type { Configured, Injected, InjectedToken } from './task/configured.js';
export type { Command, CommandResult } from './task/command.js';
export { CommandTask, type CommandTaskOptions } from './task/command.task.js';
export type { PayloadIssue, PayloadResult, PayloadSchema } from './task/payload.schema.js';
export { TaskContext, type TaskLogger } from './task/task.context.js';
export type { Enhancers } from './task/enhancers.js';
export type {
  CronTaskOptions,
  EveryTaskOptions,
  ScheduleOptions,
  TaskDefaults,
  TaskOptions,
  TaskUpdate,
  TriggerTaskOptions,
} from './task/task.options.js';
export type { TriggerOptions } from './task/schedule.js';
export { currentRun } from './task/current-run.js';
export type { StsTasks, TaskName, TriggerArguments } from './task/sts.tasks.js';
export { Task, type TaskFunction } from './task/task.js';
export type { Clock } from './time/clock.js';
export type { CheckedDuration, Duration, DurationText } from './time/duration.js';
export { atTrigger, type Instant } from './trigger/at.trigger.js';
export { CronExpression } from './trigger/cron.expressions.js';
export type { CheckedCron } from './trigger/cron.text.js';
export { cronTrigger, type CronOptions } from './trigger/cron.trigger.js';
export { everyTrigger, type EveryOptions } from './trigger/every.trigger.js';
export type { Disabled } from './trigger/rule.js';
export type { Trigger } from './trigger/trigger.js';
