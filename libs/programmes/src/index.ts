export * from './programme-register.js';
export * from './programme.js';
