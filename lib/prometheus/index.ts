export { StsPrometheusModule } from './prometheus.module.js';
export type { StsPrometheusOptions } from './prometheus.options.js';
