export * from './logframe-register.js';
export * from './result.js';
