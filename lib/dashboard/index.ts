export type * from './api.views.js';
export { StsDashboardModule } from './dashboard.module.js';
export type { DashboardAccess, Redactable, StsDashboardOptions } from './dashboard.options.js';
