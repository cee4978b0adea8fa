export * from './figure-lineage.js';
export * from './interim-report.js';
export { holdsOf } from './part-logframe.js';
export * from './report-desk.js';
export * from './report-document.js';
export * from './report-register.js';
export * from './report-press.js';
export * from './report.js';
export * from './report-submitter.js';
