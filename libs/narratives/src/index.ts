export * from './narrative-register.js';
export * from './narrative.js';
