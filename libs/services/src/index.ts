export * from './package-register.js';
export * from './package.js';
export * from './service-costs.js';
export * from './service-register.js';
export * from './service.js';
