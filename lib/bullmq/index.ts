export { bullmq } from './bullmq.js';
export type { BullmqOptions } from './bullmq.options.js';
export { migrateBullmq } from './postgres.schema.js';
