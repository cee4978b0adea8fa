export * from './contribution-register.js';
export * from './contribution.js';
export * from './conversion.js';
export * from './funding-overview.js';
export * from './rate-register.js';
export * from './rate.js';
export * from './requirement-register.js';
export * from './requirement.js';
