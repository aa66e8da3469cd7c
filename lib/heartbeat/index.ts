export { StsHeartbeatModule } from './heartbeat.module.js';
export type { StsHeartbeatOptions } from './heartbeat.options.js';
