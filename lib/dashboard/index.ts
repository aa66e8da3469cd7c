export type * from './api.views.js';
export { StsDashboardModule } from './dashboard.module.js';
export type { DashboardAccess, StsDashboardOptions } from './dashboard.options.js';
export type { Redact, Redactable } from './redaction.js';
