export * from './evidence-register.js';
export * from './evidence.js';
