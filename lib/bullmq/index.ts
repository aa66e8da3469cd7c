export { bullmq } from './bullmq.js';
export type { BullmqOptions } from './bullmq.options.js';
