export * from './bindings.js';
export * from './registers.js';
