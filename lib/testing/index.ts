export { ManualClock } from './manual.clock.js';
export { simulate, type SimulatedDowntime, type SimulateOptions } from './simulate.js';
export type { SimulatedRun, SimulatedSkip, SimulatedWait, Simulation } from './simulation.js';
export type { Durations } from './durations.js';
export { firePlan } from './fire.plan.js';
export { diffPlans } from './plan.diff.js';
export type {
  PlanDiff,
  PlannedClockChange,
  PlannedCollision,
  PlannedFire,
  PlannedMove,
  PlannedRules,
  PlannedSwitch,
} from './plan.changes.js';
export type { ClockChange } from '../time/local.time.js';
export type { Plannable } from './planned.app.js';
export type { Seed } from './seeded.draws.js';
export type { Testable, TestingModuleBuilderLike } from './testing.module.js';
export { LeakedRunsError, type LeakedRun } from './leaked.runs.js';
export type { ToldOutcome } from './told.outcome.js';
export { StsTestKit, type StsTestKitOptions } from './sts.test-kit.js';
