export { StsHealthIndicator } from './health.indicator.js';
export type { StsHealthOptions } from './health.options.js';
