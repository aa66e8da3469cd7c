export { ManualClock } from './manual.clock.js';
export { StsTestKit, type StsTestKitOptions, type TestingModuleBuilderLike } from './sts.test-kit.js';
