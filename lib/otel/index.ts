export { StsOtelModule, type StsOtelOptions } from './otel.module.js';
