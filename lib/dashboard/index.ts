export type * from './api.views.js';
export { StsDashboardModule } from './dashboard.module.js';
export type { StsDashboardAsyncOptions, StsDashboardFreeOptions } from './dashboard.async.options.js';
export type { DashboardAccess, StsDashboardOptions, StsDashboardPlace } from './dashboard.options.js';
export type { Redact, Redactable } from './redaction.js';
